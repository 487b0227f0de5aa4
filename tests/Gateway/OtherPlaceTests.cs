using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>Whose place a browser has, and what a link may do to it.</summary>
public sealed class OtherPlaceTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_link_replaces_no_live_place_of_another_shopper_until_that_shopper_says_so(bool anonymous)
    {
        var sale = await edge.SaleAsync();
        using var browser = edge.Client();
        var mine = anonymous
            ? await EdgeFixture.JoinAsync(browser, sale) : (await JoinAsync(browser, sale, StorefrontTokens.Good(sale, "alice"))).Json;
        var link = StorefrontTokens.Good(sale, "mallory");

        var refused = await JoinAsync(browser, sale, link);
        Assert.Equal((409, "placeOfAnother"), (refused.Status, refused.Json.GetProperty("code").GetString()));
        var place = await browser.GetFromJsonAsync<JsonElement>($"/sales/{sale.Id}/ticket", Cancel);
        Assert.Equal(mine.GetProperty("number").GetInt32(), place.GetProperty("number").GetInt32());

        var replaced = await JoinAsync(browser, sale, link, replace: true);
        Assert.Equal((201, 2), (replaced.Status, replaced.Json.GetProperty("number").GetInt32()));
        Assert.Equal(200, (await JoinAsync(browser, sale, link)).Status);
    }

    [Theory]
    [InlineData("keep")]
    [InlineData("replace")]
    public async Task Whoever_has_chosen_between_two_places_goes_on_by_an_address_that_asks_nothing_more(string choice)
    {
        var sale = await edge.SaleAsync();
        using var browser = edge.Client();
        await EdgeFixture.JoinAsync(browser, sale);
        var link = $"/line/{sale.Id}?returnUrl=%2Fshop%2Fa&enqueueToken={StorefrontTokens.Good(sale, "mallory")}&again=1&view=another";
        using var form = new FormUrlEncodedContent([new("action", choice)]);

        var chosen = await browser.PostAsync(link, form, Cancel);

        Assert.Equal(
            (HttpStatusCode.SeeOther, $"/line/{sale.Id}?returnUrl=%2Fshop%2Fa"),
            (chosen.StatusCode, chosen.Headers.Location!.OriginalString));
    }

    [Fact]
    public async Task A_place_that_has_ended_gives_way_without_a_question()
    {
        var sale = await edge.SaleAsync();
        using var browser = edge.Client();
        await EdgeFixture.JoinAsync(browser, sale);
        Assert.Equal(HttpStatusCode.NoContent, (await browser.DeleteAsync($"/sales/{sale.Id}/ticket", Cancel)).StatusCode);
        Assert.Equal(201, (await JoinAsync(browser, sale, StorefrontTokens.Good(sale, "alice"))).Status);
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("garbage")]
    [InlineData("wrongSecret")]
    public async Task A_ticket_outranks_a_token_that_does_not_count(string token)
    {
        var sale = await edge.SaleAsync(one => one with { Identity = IdentityRule.Storefront });
        using var browser = edge.Client();
        var mine = await JoinAsync(browser, sale, StorefrontTokens.Good(sale, "alice"));
        Assert.Equal(201, mine.Status);
        var again = await JoinAsync(browser, sale, StorefrontTokens.Bad(token, sale));
        Assert.Equal((200, 1), (again.Status, again.Json.GetProperty("number").GetInt32()));

        // After the turn was missed, too: the page still has the invitation of an hour ago.
        await edge.CallAsync(sale, mine.Json, 7);
        await edge.WaitingRoom.SettleAsync(sale.Id, 1, (int)PlaceState.Missed);
        var next = await JoinAsync(browser, sale, StorefrontTokens.Bad(token, sale));
        Assert.Equal((201, 2), (next.Status, next.Json.GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task Who_has_bought_is_led_to_the_order_by_the_line_the_claim_and_joining_again_on_every_device()
    {
        var sale = await edge.SaleAsync();
        edge.Checkout.Purchases[(sale.Id.Value, "alice")] = new Purchase($"{sale.Id}_1", "FS-42", 7, sale.Price);
        using var phone = edge.Client();
        using var laptop = edge.Client();
        var token = StorefrontTokens.Good(sale, "alice");
        await edge.CallAsync(sale, (await JoinAsync(phone, sale, token)).Json, 7);
        await edge.WaitingRoom.SettleAsync(sale.Id, 1, (int)PlaceState.Bought);

        var line = await phone.GetFromJsonAsync<JsonElement>($"/sales/{sale.Id}/ticket", Cancel);
        Assert.Equal("redeemed", line.GetProperty("state").GetString());
        Assert.Equal("FS-42", OrderOf(line));
        var claim = await phone.PostAsJsonAsync($"/sales/{sale.Id}/admission", new { }, Cancel);
        var refused = await claim.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(("alreadyBought", "FS-42"), (refused.GetProperty("code").GetString(), OrderOf(refused)));
        foreach (var device in new[] { phone, laptop })
        {
            var again = await JoinAsync(device, sale, token);
            Assert.Equal((409, "FS-42"), (again.Status, OrderOf(again.Json)));
        }

        await edge.WaitingRoom.PublishAsync(sale.Id, edge.WaitingRoom.Board(sale.Id) with { Sold = 100, Available = 0 });
        await edge.WaitForBoardAsync(sale.Id, board => board.Sold == 100);
        Assert.Equal("FS-42", OrderOf((await JoinAsync(laptop, sale, token)).Json));
        var late = await JoinAsync(laptop, sale, StorefrontTokens.Good(sale, "late"));
        Assert.Equal((410, "soldOut"), (late.Status, late.Json.GetProperty("saleState").GetString()));

        // Without script: the same, on a page.
        using var form = new FormUrlEncodedContent([new("action", "check")]);
        var page = await phone.PostAsync($"/line/{sale.Id}", form, Cancel);
        Assert.Contains("FS-42", await (await phone.GetAsync(page.Headers.Location, Cancel)).Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_that_keeps_no_cookies_is_told_so_after_one_redirect_and_gets_no_place()
    {
        var sale = await edge.SaleAsync();
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = edge.Url };
        browser.DefaultRequestHeaders.Add("Accept", "text/html");
        var line = $"/line/{sale.Id}?returnUrl=%2Fshop%2Fa";
        var first = await browser.GetAsync(line, Cancel);
        Assert.Equal((HttpStatusCode.Found, line + "&cookies=1"), (first.StatusCode, first.Headers.Location!.OriginalString));
        var told = await browser.GetAsync(first.Headers.Location, Cancel);
        var page = await told.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, told.StatusCode);
        Assert.Contains("allow cookies", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"{WebUtility.HtmlEncode(line)}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);

        // Nor by the form of a browser without script.
        using var form = new FormUrlEncodedContent([new("action", "check")]);
        Assert.Equal(line + "&cookies=1", (await browser.PostAsync(line, form, Cancel)).Headers.Location!.OriginalString);
        Assert.Equal(1, (await EdgeFixture.JoinAsync(edge.Client(), sale)).GetProperty("number").GetInt32());

        using var keeps = edge.Client();
        keeps.DefaultRequestHeaders.Add("Accept", "text/html");
        var sent = await keeps.GetAsync(line, Cancel);
        Assert.Contains("<script", await (await keeps.GetAsync(sent.Headers.Location, Cancel)).Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await keeps.GetAsync(line, Cancel)).StatusCode);
    }

    private static string? OrderOf(JsonElement answer) => answer.GetProperty("order").GetProperty("orderNumber").GetString();

    private static async Task<(int Status, JsonElement Json)> JoinAsync(
        HttpClient client, Sale sale, string enqueueToken, bool replace = false)
    {
        using var answer = await client.PostAsJsonAsync($"/sales/{sale.Id}/ticket", new { enqueueToken, replace }, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }
}
