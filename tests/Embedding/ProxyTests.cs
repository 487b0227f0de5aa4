using System.Net;

using Xunit;

namespace FlashSale.Tests.Embedding;

/// <summary>What holds behind any proxy that asks the edge, between a shop and an edge that knows one cookie.</summary>
public abstract class ProxyTests
{
    private static readonly string[] s_spellings =
    [
        "/buy", "/BUY", "/Buy/now", "/%62uy", "//buy", "/x/../buy", "/buy;jsessionid=1", "/;x/buy", "/buy.", "/x/..;/buy", "/x%5c..%5cbuy",
        "/x\\buy", "/buy%2Fnow", "/buy%20", "/buy%20/now", "/BUY%09", "/%20/buy", "/x%5cbuy", "/.%20;x/Buy", "/buy%3bx", "/buy%252Fnow", "/x/%252e%252e/buy", "/x%255Cbuy", "/buy%c0%afnow",
    ];

    private static readonly string[] s_names = ["Shopper", "Admission", "Sale", "Unit"];

    /// <summary>
    /// Names that a shop takes for the gate's which makes '_' of every '-', or of all that is no letter and no digit, as CGI, WSGI
    /// and PHP do.
    /// </summary>
    private static readonly (string Name, string Value)[] s_lies =
    [
        .. from name in s_names
           from first in "-_.~"
           from second in "-_.~"
           select ($"X{first}FlashSale{second}{name}", "mallory"),
    ];

    [Fact]
    public async Task A_person_goes_to_the_line_a_script_is_told_and_the_admitted_pass_as_whom_the_edge_says()
    {
        await using var proxy = await StartAsync();
        using var browser = new ShopBrowser(proxy.Url);

        var person = await browser.GoAsync("/buy/now?a=1&b=%2F2");
        Assert.Equal(HttpStatusCode.Found, person.StatusCode);
        Assert.Equal("/buy/now?a=1&b=%2F2", new Uri(proxy.Url, person.Location()).ToString().Query("returnUrl"));
        var script = await browser.FetchAsync("/buy");
        Assert.Equal(HttpStatusCode.Unauthorized, script.StatusCode);
        Assert.StartsWith("/line/xphone", script.Headers.GetValues("X-FlashSale-Line-Url").Single(), StringComparison.Ordinal);

        browser.Cookies.Add(proxy.Url, new Cookie("fs-admission-xphone", "good"));
        Assert.Equal("shop: anna", await (await browser.SendAsync(HttpMethod.Post, "/buy", s_lies)).TextAsync());
        Assert.Equal("shop: ", await (await browser.SendAsync(HttpMethod.Get, "/other", s_lies)).TextAsync());
        Assert.Equal("shop: ", await (await browser.SendAsync(HttpMethod.Get, "/50%25-off;a=b/%c3%a9/x?a=%252F", s_lies)).TextAsync());
        Assert.Equal("shop: ", await (await browser.SendAsync(HttpMethod.Options, "/buy",
            [("Origin", "https://other.example"), ("Access-Control-Request-Method", "POST"), .. s_lies])).TextAsync());
    }

    [Fact]
    public async Task No_spelling_and_no_method_reaches_the_protected_page()
    {
        await using var proxy = await StartAsync();
        using var browser = new ShopBrowser(proxy.Url);
        foreach (var (method, path) in s_spellings.Select(path => ("GET", path)).Concat([("HEAD", "/buy"), ("POST", "/bUy"), ("OPTIONS", "/buy"), ("OPTIONS", "/BUY/now")]))
        {
            var answer = await browser.SendAsWrittenAsync(method, path);
            Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest, $"{method} {path}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task An_edge_that_is_frozen_or_down_lets_nobody_in()
    {
        await using var proxy = await StartAsync();
        using var browser = new ShopBrowser(proxy.Url);
        browser.Cookies.Add(proxy.Url, new Cookie("fs-admission-xphone", "good"));
        proxy.EdgeIsFrozen = true;
        foreach (var down in new[] { false, true })
        {
            if (down) await proxy.StopEdgeAsync();
            var answer = await browser.GoAsync("/buy");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("2", answer.Headers.GetValues("Retry-After").Single());
            Assert.Equal(HttpStatusCode.OK, (await browser.GoAsync("/")).StatusCode);
        }
    }

    [Fact]
    public async Task The_line_and_the_shop_share_one_origin()
    {
        await using var proxy = await StartAsync();
        using var browser = new ShopBrowser(proxy.Url);
        await GatedShop.SharesTheOriginAsync(browser);
    }

    /// <summary>The proxy as its recipe sets it up.</summary>
    private protected abstract Task<GatedShop> StartAsync();
}
