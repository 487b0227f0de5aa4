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
    [InlineData("https://shop.example//evil.example")]
    [InlineData(" https://shop.example/")]
    [InlineData("https://shop.example/\u202e")]
    [InlineData("https://sh\u043ep.example/")]
    public void Anything_else_is_refused(string? text) =>
        Assert.False(ReturnUrls.TryAccept(text, Own, s_origins, out _));

    [Fact]
    public void A_longer_one_is_refused() =>
        Assert.False(ReturnUrls.TryAccept("/" + new string('a', ReturnUrls.MaxLength), Own, s_origins, out _));

    [Theory]
    [InlineData("/p", "/p?admission=t")]
    [InlineData("/p?a=1#f", "/p?a=1&admission=t#f")]
    [InlineData("/p?admission=old&a=1", "/p?a=1&admission=t")]
    [InlineData("/p?%61dmission=old", "/p?admission=t")]
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
        ];
        Gen.Int[0, pieces.Length - 1].Select(at => pieces[at]).Array[1, 8].Sample(parts =>
        {
            var text = string.Concat(parts);
            if (!ReturnUrls.TryAccept(text, Own, s_origins, out var url)) return;
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
