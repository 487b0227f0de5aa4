using System.Net;

using FlashSale.Admission;

using Xunit;

namespace FlashSale.Tests.Embedding;

/// <summary>A storefront with an API key redeems as the shopper comes in.</summary>
public sealed class StorefrontArrivalTests
{
    [Fact]
    public async Task From_its_use_on_the_token_from_the_url_gets_nothing_at_the_edge()
    {
        await using var shop = await OpenAsync();
        using var browser = shop.NewBrowser();
        var token = shop.Token();

        Assert.Equal($"{shop.Url}buy", (await browser.GoAsync($"/buy?admission={token}")).Location());

        Assert.Equal(HttpStatusCode.Gone, await RedeemAsync(shop, token));
        Assert.Equal("anna has unit 7", await (await browser.GoAsync("/buy")).TextAsync());
    }

    [Fact]
    public async Task A_storefront_that_redeems_later_leaves_the_token_as_it_is()
    {
        await using var shop = await OpenAsync(options => options.RedeemOnArrival = false);
        using var browser = shop.NewBrowser();
        var token = shop.Token();
        await browser.GoAsync($"/buy?admission={token}");

        Assert.Equal(HttpStatusCode.Created, await RedeemAsync(shop, token));
    }

    [Fact]
    public async Task An_admission_that_is_over_goes_back_to_the_line_and_ends_the_visit()
    {
        await using var shop = await OpenAsync();
        using var browser = shop.NewBrowser();
        var token = shop.Token();
        await browser.GoAsync($"/buy?admission={token}");
        using var server = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", FakeEdge.ApiKey) } };
        await server.DeleteAsync(new Uri(shop.Edge.Url, "/reservations/xphone_65a-7-7"), TestContext.Current.CancellationToken);

        var again = await browser.GoAsync($"/buy?admission={token}");

        Assert.StartsWith($"{shop.Edge.Url}line/xphone?", again.Location(), StringComparison.Ordinal);
        Assert.StartsWith($"{shop.Edge.Url}line/xphone?", (await browser.GoAsync("/buy")).Location(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edge_that_does_not_answer_keeps_nobody_out_who_was_admitted()
    {
        await using var shop = await OpenAsync();
        using var browser = shop.NewBrowser();
        shop.Edge.Down = true;

        Assert.Equal($"{shop.Url}buy", (await browser.GoAsync($"/buy?admission={shop.Token()}")).Location());
        Assert.Equal("anna has unit 7", await (await browser.GoAsync("/buy")).TextAsync());
    }

    private static Task<Shop> OpenAsync(Action<WaitingRoomOptions>? configure = null) => Shop.OpenAsync(options =>
    {
        options.ApiKey = FakeEdge.ApiKey;
        configure?.Invoke(options);
    });

    /// <summary>What a thief gets who has nothing but the token.</summary>
    private static async Task<HttpStatusCode> RedeemAsync(Shop shop, string token)
    {
        using var thief = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
        using var answer = await thief.PostAsync(
            new Uri(shop.Edge.Url, "/sales/xphone/reservations"), null, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
