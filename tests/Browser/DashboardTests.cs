using FlashSale.Tests.Support;

using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace FlashSale.Tests.Browser;

/// <summary>The operators' dashboard in a real browser.</summary>
public sealed class DashboardTests
{
    private static async Task<PageVisitor> OperatorAsync()
    {
        var visitor = await PageVisitor.ComesAsync(new BrowserNewContextOptions
        {
            ViewportSize = new() { Width = 1280, Height = 900 },
        });
        await visitor.Page.GotoAsync("/admin/");
        await visitor.Page.FillAsync("#key", visitor.System.Secrets.AdminKey);
        await visitor.Page.ClickAsync("#signinform button");
        return visitor;
    }

    /// <summary>Opens the sale's page.</summary>
    private static async Task LooksAtAsync(PageVisitor visitor, string sale)
    {
        await Expect(visitor.Page.Locator("#list")).ToBeVisibleAsync();
        await visitor.Page.ClickAsync($"a[href='#{sale}']");
        await Expect(visitor.Page.Locator("#state")).Not.ToHaveTextAsync("\u00a0");
    }

    private static Task DecidesAsync(PageVisitor visitor, string dialog) =>
        visitor.Page.ClickAsync($"#{dialog} button[value=ok]");

    [Fact]
    public async Task A_wrong_key_is_refused_in_words()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        await visitor.Page.GotoAsync("/admin/");
        await visitor.FindsNoBarrierAsync();

        await visitor.Page.FillAsync("#key", "fsa_wrong");
        await visitor.Page.ClickAsync("#signinform button");

        await Expect(visitor.Page.Locator("#signinproblem")).ToHaveTextAsync("The key is not valid.");
    }

    [Fact]
    public async Task A_sale_is_steered_with_confirmation_and_the_page_follows_live()
    {
        await using var visitor = await OperatorAsync();
        var sale = await visitor.System.SaleAsync();
        await LooksAtAsync(visitor, sale);
        var page = visitor.Page;
        await Expect(page.Locator("#state")).ToHaveTextAsync("Open");

        await page.ClickAsync("#pause");
        await visitor.FindsNoBarrierAsync();
        await DecidesAsync(visitor, "d-pause");
        await Expect(page.Locator("#state")).ToHaveTextAsync("Paused");

        await page.ClickAsync("[data-dialog=rate]");
        await page.FillAsync("#rate", "7");
        await DecidesAsync(visitor, "d-rate");
        await Expect(page.Locator("#events")).ToContainTextAsync("Admission rate changed to 7");

        await page.ClickAsync("[data-dialog=message]");
        await page.FillAsync("#message", "Back in a minute");
        await DecidesAsync(visitor, "d-message");
        await Expect(page.Locator("#current")).ToContainTextAsync("Back in a minute");

        await page.ClickAsync("[data-dialog=end]");
        await page.FillAsync("#endid", "another");
        await DecidesAsync(visitor, "d-end");
        await Expect(page.Locator("#d-end .problem")).ToHaveTextAsync("That is not this sale's id.");
        await page.FillAsync("#endid", sale);
        await DecidesAsync(visitor, "d-end");
        await Expect(page.Locator("#state")).ToHaveTextAsync("Ended");
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task A_purchase_shows_in_numbers_events_audit_and_the_export()
    {
        await using var visitor = await OperatorAsync();
        var sale = await visitor.System.SaleAsync();
        var shopper = visitor.System.Shopper(sale);
        await shopper.JoinAsync(TestContext.Current.CancellationToken);
        await shopper.BuysAsync();

        await LooksAtAsync(visitor, sale);

        var page = visitor.Page;
        await Expect(page.Locator("#u-sold")).ToHaveTextAsync("1");
        await Expect(page.Locator("#payments")).ToContainTextAsync("Captured");
        await Expect(page.Locator("#events")).ToContainTextAsync("sold, order");
        await Expect(page.Locator("#verdict")).ToHaveTextAsync("All invariants hold");
        await Expect(page.Locator("#unitchart canvas")).ToBeVisibleAsync();
        var edge = page.Locator("#parts tr", new() { HasText = $"Edge {Environment.MachineName}/{Environment.ProcessId}" });
        await Expect(edge).ToContainTextAsync("ready");
        await Expect(page.Locator("#parts tr", new() { HasText = "Waiting room" })).ToContainTextAsync("admits");
        await visitor.FindsNoBarrierAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#export"));
        Assert.Equal($"{sale}-orders.csv", download.SuggestedFilename);
        Assert.Contains(",sold,", await File.ReadAllTextAsync((await download.PathAsync())!), StringComparison.Ordinal);
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task A_sale_is_created_and_edited_and_mistakes_are_explained()
    {
        await using var visitor = await OperatorAsync();
        var page = visitor.Page;
        var sale = Unique.Name("made");
        await page.ClickAsync("#create");
        await visitor.FindsNoBarrierAsync();

        await page.FillAsync("#f-id", sale);
        await page.FillAsync("#f-name", "A second phone");
        await page.FillAsync("#f-storefront", "nobody");
        await DecidesAsync(visitor, "d-sale");
        await Expect(page.Locator("#d-sale .problem")).ToContainTextAsync("there is no storefront 'nobody'");
        await page.FillAsync("#f-storefront", "demo");
        await DecidesAsync(visitor, "d-sale");
        await Expect(page.Locator("#name")).ToHaveTextAsync("A second phone");

        await page.ClickAsync("#edit");
        await page.FillAsync("#f-name", "A third phone");
        await DecidesAsync(visitor, "d-sale");
        await Expect(page.Locator("#name")).ToHaveTextAsync("A third phone");
    }

    [Fact]
    public async Task A_price_that_is_typed_is_stored_in_the_currencys_own_units_and_one_that_nobody_can_pay_is_explained()
    {
        await using var visitor = await OperatorAsync();
        var page = visitor.Page;
        var sale = Unique.Name("forint");
        await page.ClickAsync("#create");
        await page.FillAsync("#f-id", sale);
        await page.FillAsync("#f-name", "A phone in forints");
        await page.FillAsync("#f-price", "100");
        await page.FillAsync("#f-currency", "HUF");
        await DecidesAsync(visitor, "d-sale");
        await Expect(page.Locator("#d-sale .problem")).ToContainTextAsync("takes 175.00 HUF at least");
        await page.FillAsync("#f-price", "5000");
        await DecidesAsync(visitor, "d-sale");
        await Expect(page.Locator("#name")).ToHaveTextAsync("A phone in forints");

        await page.ClickAsync("#edit");
        await Expect(page.Locator("#f-price")).ToHaveValueAsync("5000.00");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/admin/sales/{sale}");
        request.Headers.Authorization = new("Bearer", visitor.System.Secrets.AdminKey);
        using var answer = await visitor.System.Edge.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains("""
            "price":{"amount":500000,"currency":"huf"}
            """.Trim(), await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
