using CsCheck;

using FlashSale.Gateway.Gate;

using Xunit;

namespace FlashSale.Tests.Gateway;

public sealed class ReturnUrlTests
{
    private const string Own = "https://line.example:8443";
    private static readonly string[] s_origins = ["https://shop.example", "http://127.0.0.1:5001"];

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/shop/x/cart?a=1&b=https://evil.example//#f", "/shop/x/cart?a=1&b=https://evil.example//#f")]
    [InlineData("https://line.example:8443", "/")]
    [InlineData("https://line.example:8443?x=1", "/?x=1")]
    [InlineData("https://shop.example", "https://shop.example")]
    [InlineData("https://shop.example/a%20b?c=d", "https://shop.example/a%20b?c=d")]
    [InlineData("http://127.0.0.1:5001/p", "http://127.0.0.1:5001/p")]
    public void A_path_here_or_a_registered_origin_is_accepted(string text, string value)
    {
        Assert.True(ReturnUrls.TryAccept(text, Own, s_origins, out var url));
        Assert.Equal(value, url.Value);
        Assert.Equal(value[0] == '/', url.IsOwn);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("shop")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/%2fevil.example")]
    [InlineData("/%252fevil.example")]
    [InlineData("/%5cevil.example")]
    [InlineData("/..//evil.example")]
    [InlineData("/..;/admin")]
    [InlineData("/a/.%2e/admin")]
    [InlineData("/a?b=\u0000")]
    [InlineData("https://line.example:8443//evil.example")]
    [InlineData("https://line.example:8443/%2Fevil.example")]
    [InlineData("/%2e%2e/admin")]
    [InlineData("/a\r\nSet-Cookie: x=1")]
    [InlineData("/%0d%0aSet-Cookie:x")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("https:evil.example")]
    [InlineData("https:/evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("https://shop.example.evil.example")]
    [InlineData("https://shop.example@evil.example")]
    [InlineData("https://shop.example:443@evil.example")]
    [InlineData("https://shop.example:80")]
    [InlineData("https://user@shop.example/")]
    [InlineData("https://shop.example\\@evil.example")]
    [InlineData("https://shop.example%2f@evil.example")]
    [InlineData("http://shop.example/")]
    [InlineData("HTTPS://shop.example/")]
    [InlineData("https://shop.example/a\\b")]
    [InlineData(" https://shop.example/")]
    [InlineData("https://sh\u043ep.example/")]
    public void Anything_else_is_refused(string? text) =>
        Assert.False(ReturnUrls.TryAccept(text, Own, s_origins, out _));

    [Fact]
    public void Half_a_letter_is_refused() // Not as a theory: an attribute can't hold one.
    {
        foreach (var half in new[] { "/a\ud83d", "/a?b=\ude80c", "/#\ud83d\ud83d\ude80" })
            Assert.False(ReturnUrls.TryAccept(half, Own, s_origins, out _));
    }

    [Theory]
    [MemberData(nameof(AddressCorpus.All), MemberType = typeof(AddressCorpus))]
    public void A_real_address_comes_back_as_it_was_or_encoded_as_a_browser_would(string rest, string normal)
    {
        foreach (var (origin, isOwn) in new[] { ("", true), ("https://shop.example", false) })
        {
            Assert.True(ReturnUrls.TryAccept(origin + rest, Own, s_origins, out var url));
            Assert.Equal(new ReturnUrl(origin + normal, isOwn), url);
            Assert.True(ReturnUrls.TryAccept(url.Value, Own, s_origins, out var again));
            Assert.Equal(url, again);
            Assert.Equal(url.Value, url.Without());
        }
    }

    [Theory]
    [MemberData(nameof(AddressCorpus.All), MemberType = typeof(AddressCorpus))]
    public void What_the_gate_writes_the_line_reads(string rest, string normal)
    {
        var written = ReturnUrls.OfTarget(rest.Split('#')[0]);
        Assert.Equal(new ReturnUrl(normal.Split('#')[0], true), written);
        Assert.True(ReturnUrls.TryAccept(written.Value, Own, s_origins, out var read));
        Assert.Equal(written, read);
    }

    [Theory]
    [InlineData("https://m\u00fcller.example/a?b=\u00fc#c")]
    [InlineData("https://M\u00dcLLER.example/a?b=\u00fc#c")]
    [InlineData("https://xn--mller-kva.example/a?b=\u00fc#c")]
    public void A_host_in_its_own_letters_is_the_registered_one(string text)
    {
        Assert.True(ReturnUrls.TryAccept(text, Own, ["https://xn--mller-kva.example"], out var url));
        Assert.Equal("https://xn--mller-kva.example/a?b=%C3%BC#c", url.Value);
        Assert.False(ReturnUrls.TryAccept(text, Own, ["https://muller.example"], out _));
    }

    [Theory]
    [InlineData("//evil.example", "/evil.example")]
    [InlineData("///evil.example/a//b", "/evil.example/a//b")]
    [InlineData("/%2Fevil.example", "/evil.example")]
    [InlineData("/%2f/%2F/evil.example", "/evil.example")]
    [InlineData("http://evil.example", "/")]
    [InlineData("http://evil.example?x", "/")]
    [InlineData("http://evil.example//other.example", "/other.example")]
    [InlineData("*", "/")]
    public void The_gate_writes_no_address_of_another_host(string target, string written) =>
        Assert.Equal(written, ReturnUrls.OfTarget(target).Value);

    [Fact]
    public void One_that_is_too_long_gives_way_to_the_cart_or_to_the_shops_page_without_its_query()
    {
        var query = "?x=" + new string('|', ReturnUrls.MaxLength / 3);
        Assert.Equal("/cart", ReturnUrls.Accept("/p" + query, Own, s_origins, "/cart")!.Value.Value);
        Assert.Equal("/cart", ReturnUrls.Accept(Own + "/p" + query, Own, s_origins, "/cart")!.Value.Value);
        Assert.Equal("https://shop.example/p", ReturnUrls.Accept("https://shop.example/p" + query, Own, s_origins, "/cart")!.Value.Value);
        Assert.Equal("https://shop.example/", ReturnUrls.Accept("https://shop.example/" + query[3..], Own, s_origins, "/cart")!.Value.Value);
        Assert.Null(ReturnUrls.Accept("https://evil.example/p" + query, Own, s_origins, "/cart"));
        Assert.Null(ReturnUrls.Accept("//evil.example/p" + query, Own, s_origins, "/cart"));
    }

    [Fact]
    public void A_longer_one_is_refused() =>
        Assert.False(ReturnUrls.TryAccept("/" + new string('a', ReturnUrls.MaxLength), Own, s_origins, out _));

    [Theory]
    [InlineData("/p", "/p?admission=t")]
    [InlineData("/p?a=1#f", "/p?a=1&admission=t#f")]
    [InlineData("/p?admission=old&a=1", "/p?a=1&admission=t")]
    [InlineData("/p?%61dmission=old", "/p?admission=t")]
    [InlineData("/p?", "/p?admission=t")]
    [InlineData("/p?a&&b=%", "/p?a&&b=%&admission=t")]
    [InlineData("/p?x=admission", "/p?x=admission&admission=t")]
    public void The_admission_replaces_an_older_one_and_other_parameters_stay(string url, string expected) =>
        Assert.Equal(expected, new ReturnUrl(url, false).With("t"));

    /// <summary>
    /// Pieces of URLs in any order: whatever is accepted, a browser (which drops tabs and newlines and takes '\' for '/')
    /// ends on this origin or a registered one; also after one more decoding, as a careless server would.
    /// </summary>
    [Fact]
    public void No_spelling_leads_elsewhere()
    {
        string[] pieces =
        [
            "https:", "http:", "HTTPS:", "javascript:", "/", "//", "\\", "%2f", "%5C", "%252f", "%09", "\t", "\n", "@", ":", ".",
            "..", "%2e", "?", "#", "&", ";", "shop.example", "evil.example", "line.example", ":8443", ":443", "127.0.0.1:5001",
            "https://shop.example", "https://line.example:8443", "a", "\u0000", " ", "[::1]", "\u2215", "\uff0f", "%00", "=",
            "%", "|", "%2F", ";", "%25", "2f", "%3b",
        ];
        Gen.Int[0, pieces.Length - 1].Select(at => pieces[at]).Array[1, 8].Sample(parts =>
        {
            var text = string.Concat(parts);
            if (!ReturnUrls.TryAccept(text, Own, s_origins, out var url)) return;
            if (text[0] == '/') Assert.True(new Uri(new Uri(Own), ReturnUrls.OfTarget(text).Value).Host == "line.example");
            foreach (var value in new[] { text, url.Value, url.Continue("t"), url.Without() })
                foreach (var seen in new[] { AsBrowser(value), AsBrowser(DecodePath(value)) })
                    Assert.Contains(new Uri(new Uri(Own), seen).GetLeftPart(UriPartial.Authority), s_origins.Append(Own));
        }, iter: 200_000);
    }

    private static string AsBrowser(string url) =>
        url.Replace("\t", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Replace('\\', '/');

    private static string DecodePath(string url)
    {
        var end = url.IndexOfAny(['?', '#']);
        return end < 0 ? Uri.UnescapeDataString(url) : Uri.UnescapeDataString(url[..end]) + url[end..];
    }
}
