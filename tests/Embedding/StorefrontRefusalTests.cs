using System.Net;
using System.Text.Json;

using FlashSale.Admission;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Xunit;

namespace FlashSale.Tests.Embedding;

public sealed class StorefrontRefusalTests
{
    [Fact]
    public async Task A_script_gets_401_with_the_lines_address_that_its_origin_may_read()
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();

        var answer = await browser.SendAsync(HttpMethod.Get, "/buy",
            ("Accept", "application/json"), ("Origin", "https://spa.example"), ("Referer", $"{shop.Url}product"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(await answer.TextAsync()).RootElement;
        Assert.Equal("admissionRequired", problem.GetProperty("code").GetString());
        var lineUrl = problem.GetProperty("lineUrl").GetString()!;
        Assert.Equal($"{shop.Url}product", lineUrl.Query("returnUrl"));
        Assert.Equal(lineUrl, answer.Headers.GetValues("X-FlashSale-Line-Url").Single());
        Assert.Equal("X-FlashSale-Line-Url", answer.Headers.GetValues("Access-Control-Expose-Headers").Single());
        Assert.Equal("https://spa.example", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Theory]
    [InlineData("GET", "Sec-Fetch-Mode", "cors")]
    [InlineData("GET", "X-Requested-With", "XMLHttpRequest")]
    [InlineData("POST", "Accept", "text/html")]
    [InlineData("HEAD", "Accept", "text/html")]
    public async Task Only_a_navigation_is_redirected(string method, string header, string value)
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();

        var answer = await browser.SendAsync(new HttpMethod(method), "/buy", ("Accept", "text/html"), (header, value));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_preflight_is_answered_by_cors_and_never_queued()
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();

        var answer = await browser.SendAsync(HttpMethod.Options, "/buy",
            ("Origin", "https://spa.example"), ("Access-Control-Request-Method", "POST"));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("https://spa.example", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Fact]
    public async Task An_assets_name_does_not_open_a_route_of_the_application()
    {
        await using var shop = await Shop.OpenAsync(options => options.Protect.Add("/files/{**rest}"));
        using var browser = shop.NewBrowser();

        Assert.Equal(HttpStatusCode.Found, (await browser.GoAsync("/all/order.css")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GoAsync("/files/site.css")).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await browser.GoAsync("/files/order")).StatusCode);
    }

    [Theory]
    [InlineData("/BUY")]
    [InlineData("/buy/")]
    [InlineData("/%62uy")]
    [InlineData("/all/./x")]
    [InlineData("/all//x")]
    [InlineData("/ALL/%2e%2e/x")]
    [InlineData("/sales/xphone/BUY/")]
    public async Task No_spelling_of_a_protected_path_passes(string path)
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();

        var answer = await browser.GoAsync(path);

        Assert.True(answer.StatusCode is HttpStatusCode.Found or HttpStatusCode.NotFound, await answer.TextAsync());
    }

    [Fact]
    public async Task Keys_are_fetched_again_for_an_unknown_kid_but_not_more_than_once_a_second()
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();
        shop.Clock.Advance(TimeSpan.FromSeconds(2));
        shop.Edge.RotateKeys();
        var before = shop.Edge.KeyFetches;

        Assert.Equal($"{shop.Url}buy", (await browser.GoAsync($"/buy?admission={shop.Token()}")).Location());
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async kid =>
        {
            using var flood = shop.NewBrowser();
            await flood.GoAsync($"/buy?admission={shop.Edge.Forged(shop.Now, $"unknown-{kid}")}");
        }));

        Assert.Equal(before + 1, shop.Edge.KeyFetches);
        shop.Clock.Advance(TimeSpan.FromSeconds(2));
        await browser.GoAsync($"/buy?admission={shop.Edge.Forged(shop.Now, "unknown")}");
        Assert.Equal(before + 2, shop.Edge.KeyFetches);
    }

    [Fact]
    public async Task The_last_good_keys_go_on_when_the_edge_is_down()
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();
        shop.Edge.Down = true;
        await LoseTheEdgeAsync(shop);

        Assert.Equal($"{shop.Url}buy", (await browser.GoAsync($"/buy?admission={shop.Token()}")).Location());
        Assert.Equal("anna has unit 7", await (await browser.GoAsync("/buy")).TextAsync());
    }

    [Fact]
    public async Task Closed_means_that_nobody_passes_while_the_edge_is_down()
    {
        await using var shop = await Shop.OpenAsync(edgeDown: true);
        using var browser = shop.NewBrowser();
        await LoseTheEdgeAsync(shop);

        Assert.Equal(HttpStatusCode.Found, (await browser.GoAsync("/buy")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.FetchAsync("/buy")).StatusCode);
        var unverifiable = await browser.GoAsync($"/buy?admission={shop.Token()}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unverifiable.StatusCode);
        Assert.Equal("2", unverifiable.Headers.GetValues("Retry-After").Single());

        shop.Edge.Down = false;
        shop.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal($"{shop.Url}buy", (await browser.GoAsync($"/buy?admission={shop.Token()}")).Location());
    }

    [Fact]
    public async Task Open_means_that_shoppers_pass_once_the_edge_has_been_silent_and_no_sooner()
    {
        await using var shop = await Shop.OpenAsync(options => options.WhenUnreachable = UnreachableRule.LetThrough);
        using var browser = shop.NewBrowser();
        shop.Edge.Down = true;
        Assert.Equal(HttpStatusCode.Found, (await browser.GoAsync("/buy")).StatusCode);
        await LoseTheEdgeAsync(shop);

        Assert.Equal("nobody in particular", await (await browser.GoAsync("/buy")).TextAsync());

        shop.Edge.Down = false;
        var keys = shop.Services.GetRequiredService<AdmissionKeys>();
        await WaitFor.TrueAsync(() =>
        {
            shop.Clock.Advance(TimeSpan.FromSeconds(1));
            return keys.UnreachableFor == TimeSpan.Zero;
        }, "the keys are fetched again");
        Assert.Equal(HttpStatusCode.Found, (await browser.GoAsync("/buy")).StatusCode);
    }

    [Fact]
    public void Wrong_settings_stop_the_start_and_name_their_keys()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddWaitingRoom(options =>
        {
            options.Storefront = "Not An Id";
            options.EnqueueSecret = "short";
            options.Protect.Add("/a/{b");
        });

        var error = Assert.Throws<OptionsValidationException>(() =>
            builder.Build().Services.GetRequiredService<IOptions<WaitingRoomOptions>>().Value);

        foreach (var key in new[] { "WaitingRoom:Edge", "WaitingRoom:Storefront", "WaitingRoom:EnqueueSecret", "WaitingRoom:Protect" })
            Assert.Contains(error.Failures, failure => failure.StartsWith(key, StringComparison.Ordinal));
    }

    // Lets the background refresh fail, and 10 s of silence pass.
    private static async Task LoseTheEdgeAsync(Shop shop)
    {
        var keys = shop.Services.GetRequiredService<AdmissionKeys>();
        await WaitFor.TrueAsync(() =>
        {
            shop.Clock.Advance(TimeSpan.FromSeconds(1));
            return keys.UnreachableFor > TimeSpan.FromSeconds(10);
        }, "the keys cannot be fetched");
    }
}
