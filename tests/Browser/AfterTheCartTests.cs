using FlashSale.Tests.Support;

using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace FlashSale.Tests.Browser;

/// <summary>What the line says of a unit that is no longer in the cart, to whoever comes back to it.</summary>
public sealed class AfterTheCartTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Line(string sale) => $"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart";

    /// <summary>A unit in the cart of a guest, and another tab of the same browser at the line.</summary>
    private static async Task<IPage> ComesBackToTheLineAsync(PageVisitor visitor, string sale)
    {
        await visitor.GoesToTheCartAsync(sale);
        var tab = await visitor.AnotherTabAsync();
        await tab.GotoAsync(Line(sale));
        await Expect(tab.Locator("#title")).ToHaveTextAsync("Your unit is in your cart");
        return tab;
    }

    [Fact]
    public async Task A_guest_who_gave_it_back_is_told_so_by_the_line_and_joins_again()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        var tab = await ComesBackToTheLineAsync(visitor, sale);
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = true }, Cancel);
        await visitor.Page.ClickAsync("#giveback summary");
        await visitor.Page.ClickAsync("#givebacknow");

        // By itself, and for good: the page asks on.
        await Expect(tab.Locator("#title")).ToHaveTextAsync("The reservation has ended");
        await tab.ReloadAsync();
        await Expect(tab.Locator("#go")).ToHaveTextAsync("Join again at the end");
        var asked = await tab.WaitForResponseAsync(answer => answer.Url.EndsWith("/ticket", StringComparison.Ordinal));
        Assert.Contains("\"reservation\":\"released\"", await asked.TextAsync(), StringComparison.Ordinal);
        await Expect(tab.Locator("#title")).ToHaveTextAsync("The reservation has ended");

        await tab.ClickAsync("#go");
        await Expect(tab.Locator("#number")).ToHaveTextAsync("2");
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task A_guest_whose_time_ran_out_joins_again_from_the_line()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(1, paySeconds: 2));
        await visitor.JoinsAsync(sale);
        await visitor.SeesAsync("Time ran out");
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = true }, Cancel);

        await visitor.Page.GotoAsync(Line(sale));
        await visitor.SeesAsync("The reservation has ended");
        await visitor.Page.ClickAsync("#go");
        await Expect(visitor.Page.Locator("#number")).ToHaveTextAsync("2");
    }

    [Fact]
    public async Task Who_has_paid_is_not_told_to_pay()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        var tab = await ComesBackToTheLineAsync(visitor, sale);

        await visitor.PaysAsync("pm_card_visa");
        await visitor.SeesAsync("It is yours");

        await Expect(tab.Locator("#title")).ToHaveTextAsync("You already have one");
        await visitor.Page.GotoAsync(Line(sale));
        await visitor.SeesAsync("You already have one");
        visitor.HasSeenNoError();
    }

    /// <summary>The checkout, which knows the order's number, may be away; what the line knows is said all the same.</summary>
    [Fact]
    public async Task Who_has_paid_is_not_told_to_pay_either_where_the_order_cannot_be_asked_for()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await visitor.GoesToTheCartAsync(sale);
        await visitor.PaysAsync("pm_card_visa");
        await visitor.SeesAsync("It is yours");
        await visitor.Page.RouteAsync("**/ticket", async route =>
        {
            var answer = await route.FetchAsync();
            var place = global::System.Text.Json.Nodes.JsonNode.Parse(await answer.TextAsync())!.AsObject();
            Assert.Equal("sold", (string?)place["reservation"]);
            place.Remove("order");
            await route.FulfillAsync(new() { Response = answer, Body = place.ToJsonString() });
        });

        await visitor.Page.GotoAsync(Line(sale));
        await visitor.SeesAsync("You already have one");
    }
}
