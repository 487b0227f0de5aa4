using CsCheck;

using Xunit;

namespace FlashSale.Tests.Embedding;

/// <summary>No spelling of a URL makes a storefront send a shopper to another host.</summary>
public sealed class OpenRedirectTests
{
    private static readonly string[] s_pieces =
    [
        "/", "//", "\\", "%5c", "%5C", "%2f", "%2F%2F", "@", "%40", ":", "%3a", "evil.example", "https:", "http://evil.example",
        "javascript:alert(1)", "data:", "..", "%2e%2e", ".", "#", "%23", "?", "%3f", "&", "=", "%00", "%0d%0aLocation:", "%09",
        "admission=x", "%61dmission=x", "ADMISSION=x", "returnUrl=", "all", "buy", ";", "%", "%zz", "é", "%E2%80%AE", "[::1]",
    ];

    private static readonly Gen<string> s_spelling =
        Gen.Int[0, s_pieces.Length - 1].Array[1, 8].Select(parts => string.Concat(parts.Select(part => s_pieces[part]))
            .Replace("#", "%23", StringComparison.Ordinal));

    [Fact]
    public async Task A_storefront_sends_the_shopper_to_the_line_or_to_itself()
    {
        await using var shop = await Shop.OpenAsync(options => options.Protect.Add("/{**everything}"));
        using var browser = shop.NewBrowser();
        var tried = 0;

        await s_spelling.SampleAsync(async spelling =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Raw(shop.Url, $"/{spelling}"));
            request.Headers.TryAddWithoutValidation("Accept", "text/html");
            request.Headers.TryAddWithoutValidation("Cookie", "");
            using var answer = await browser.SendAsync(request);
            if (!answer.Headers.TryGetValues("Location", out var locations)) return;
            Interlocked.Increment(ref tried);
            AssertSafe(shop, locations.Single());
        }, iter: 3000, threads: 4);

        Assert.True(tried > 1000, $"only {tried} redirects");
    }

    [Fact]
    public async Task With_a_good_token_too()
    {
        await using var shop = await Shop.OpenAsync(options => options.Protect.Add("/{**everything}"));
        using var browser = shop.NewBrowser();
        var token = shop.Token();
        await browser.GoAsync($"/buy?admission={token}");

        await s_spelling.SampleAsync(async spelling =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Raw(shop.Url, $"/{spelling}?admission={token}"));
            using var answer = await browser.SendAsync(request);
            if (answer.Headers.TryGetValues("Location", out var locations)) AssertSafe(shop, locations.Single());
        }, iter: 1000, threads: 4);
    }

    // As a browser reads it: a backslash is a slash, tabs and line ends are nothing.
    private static void AssertSafe(Shop shop, string location)
    {
        Assert.DoesNotContain(location, char.IsControl);
        var target = new Uri(shop.Url, location.Replace('\\', '/'));
        Assert.Contains(target.Authority, new[] { shop.Url.Authority, shop.Edge.Url.Authority });
        Assert.Equal("http", target.Scheme);
        Assert.DoesNotContain('@', target.Authority + target.UserInfo);
        if (target.Authority == shop.Url.Authority) return;

        Assert.Equal("/line/xphone", target.AbsolutePath);
        var back = new Uri(location.Query("returnUrl")!.Replace('\\', '/'));
        Assert.Equal(shop.Url.Authority, back.Authority);
    }

    // The path as it is written, without Uri's own tidying.
    private static Uri Raw(Uri home, string path) => new(
        home.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
