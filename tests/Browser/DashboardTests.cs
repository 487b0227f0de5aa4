using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

using FlashSale.Checkout.Reservations;
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

    [Theory]
    [InlineData("%")]
    [InlineData("No such sale")]
    [InlineData("no-such-sale")]
    public async Task An_address_of_no_sale_leads_to_the_list(string hash)
    {
        await using var visitor = await OperatorAsync();
        await Expect(visitor.Page.Locator("#list")).ToBeVisibleAsync();
        await visitor.Page.EvaluateAsync("hash => { location.hash = hash; }", hash);
        await Expect(visitor.Page).ToHaveURLAsync(new Regex("/admin/#?$"));
        await Expect(visitor.Page.Locator("[data-state=list] #list")).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("#listproblem")).ToHaveTextAsync("There is no such sale.");
        await Expect(visitor.Page.Locator("#steer")).ToBeHiddenAsync();
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task Of_a_sale_that_has_not_been_seen_nothing_can_be_pressed_and_it_is_said_why()
    {
        await using var visitor = await OperatorAsync();
        var page = visitor.Page;
        var sale = await visitor.System.SaleAsync();
        await Expect(page.Locator("#list")).ToBeVisibleAsync();
        var answers = false;
        await page.RouteAsync("**/admin/live*", route =>
            answers ? route.ContinueAsync() : route.FulfillAsync(new() { Status = 503 }));

        await page.EvaluateAsync("hash => { location.hash = hash; }", sale);

        await Expect(page.Locator("#awaited")).ToHaveTextAsync("Not connected");
        await Expect(page.Locator("#detail .crumb a")).ToBeVisibleAsync();
        foreach (var one in new[] { "#name", "#pause", "#find button", "#export", "#journalcsv", "#auditnow" })
            await Expect(page.Locator(one)).ToBeHiddenAsync();
        await visitor.FindsNoBarrierAsync();

        answers = true;
        await Expect(page.Locator("#export")).ToBeVisibleAsync();
        await Expect(page.Locator("#state")).ToHaveTextAsync("Open");
        await Expect(page.Locator("#awaited")).ToBeHiddenAsync();
        visitor.HasSeenNoError();
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
        await Expect(page.Locator("#events")).ToContainTextAsync("The sale was paused");

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
    public async Task A_few_of_many_are_seen_and_so_is_the_systems_health_on_a_phone()
    {
        await using var visitor = await OperatorAsync();
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(10_000));
        var shopper = visitor.System.Shopper(sale);
        await shopper.JoinAsync(TestContext.Current.CancellationToken);
        await shopper.BuysAsync();
        await visitor.Page.SetViewportSizeAsync(390, 800);

        await LooksAtAsync(visitor, sale);

        await Expect(visitor.Page.Locator("#u-sold")).ToHaveTextAsync("1");
        await Expect(visitor.Page.Locator("#u-total")).ToHaveTextAsync("10,000 in all");
        await WaitFor.TrueAsync(
            async () => (await visitor.Page.Locator("#b-sold").BoundingBoxAsync())!.Width >= 3, "the sold one has a width");
        var health = visitor.Page.Locator("#parts tr", new() { HasText = "Waiting room" }).Locator("td:nth-child(2)");
        await health.ScrollIntoViewIfNeededAsync();
        await Expect(health).ToBeInViewportAsync(new() { Ratio = 1 });
        await visitor.FindsNoBarrierAsync();
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

    [Theory]
    [InlineData("en", "Changes", "changed the sale")]
    [InlineData("de", "Änderungen", "hat den Verkauf geändert")]
    [InlineData("ar", "التغييرات", "غيّر عملية البيع")]
    [InlineData("ja", "変更", "販売を変更")]
    public async Task Who_changed_what_shows_beside_the_sale_in_every_language(string language, string title, string did)
    {
        var (name, key) = await NamedAsync("operator");
        await using var visitor = await NamedVisitorAsync(key, language);
        var page = visitor.Page;
        var sale = await visitor.System.SaleAsync();
        await Expect(page.Locator("#who")).ToContainTextAsync(name);
        await LooksAtAsync(visitor, sale);
        await page.ClickAsync("[data-dialog=rate]");
        await page.FillAsync("#rate", "7");
        await DecidesAsync(visitor, "d-rate");

        var entry = page.Locator("#journal li", new() { HasText = name });
        await Expect(page.Locator("#journaltitle")).ToHaveTextAsync(title);
        await Expect(entry).ToContainTextAsync(did);
        await Expect(entry.Locator(".change")).ToHaveCountAsync(1);
        await Expect(page.Locator("#journal li")).ToHaveCountAsync(2); // And whoever created it.
        await visitor.FindsNoBarrierAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#journalcsv"));
        Assert.Contains($",{name},", await File.ReadAllTextAsync((await download.PathAsync())!), StringComparison.Ordinal);
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task A_role_is_shown_only_what_it_may()
    {
        var (_, key) = await NamedAsync("viewer");
        await using var visitor = await NamedVisitorAsync(key, "en");
        var sale = await visitor.System.SaleAsync();
        await Expect(visitor.Page.Locator("#list")).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("#create")).ToBeHiddenAsync();
        await Expect(visitor.Page.Locator(".people")).ToBeHiddenAsync();
        await LooksAtAsync(visitor, sale);
        await Expect(visitor.Page.Locator(".steer")).ToBeHiddenAsync();
        await Expect(visitor.Page.Locator("#journal li")).ToHaveCountAsync(1);
        await visitor.FindsNoBarrierAsync();
        await visitor.Page.ReloadAsync();
        await Expect(visitor.Page.Locator("#name")).Not.ToHaveTextAsync("\u00a0");
        await Expect(visitor.Page.Locator(".steer")).ToBeHiddenAsync();
        visitor.HasSeenNoError();
    }

    [Theory]
    [InlineData("en", "Refunded", true)]
    [InlineData("de", "Erstattet", false)]
    [InlineData("ar", "أُعيد المال", true)]
    [InlineData("ja", "返金済み", false)]
    public async Task An_order_is_found_and_its_money_goes_back(string language, string refunded, bool resell)
    {
        var (_, key) = await NamedAsync("operator");
        await using var visitor = await NamedVisitorAsync(key, language);
        var page = visitor.Page;
        var sale = await visitor.System.SaleAsync();
        var order = await BoughtAsync(visitor.System, sale);
        await LooksAtAsync(visitor, sale);
        await page.FillAsync("#findwhat", "FS-0000-0000-0000");
        await page.ClickAsync("#find button");
        await Expect(page.Locator("#noorders")).ToBeVisibleAsync();
        await page.FillAsync("#findwhat", order.ToLowerInvariant());
        await page.ClickAsync("#find button");
        var row = page.Locator("#orders tr", new() { HasText = order });
        await visitor.FindsNoBarrierAsync();
        await row.Locator("button").ClickAsync();
        if (!resell) await page.ClickAsync("#d-refund label >> nth=1");
        await page.CheckAsync("#refundagain");
        await visitor.FindsNoBarrierAsync();
        await DecidesAsync(visitor, "d-refund");

        await Expect(row).ToContainTextAsync(refunded);
        await Expect(row.Locator("button")).ToHaveCountAsync(0);
        await Expect(page.Locator("#u-available")).ToHaveTextAsync(resell ? "5" : "4");
        await Expect(page.Locator("#journal")).ToContainTextAsync(sale);
        await visitor.FindsNoBarrierAsync();
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task Money_that_moved_at_the_provider_is_shown_and_followed_or_answered()
    {
        await using var visitor = await OperatorAsync();
        var page = visitor.Page;
        var sale = await visitor.System.SaleAsync();
        await BoughtAsync(visitor.System, sale);
        await BoughtAsync(visitor.System, sale);
        var payments = await RefundElsewhereAsync(visitor.System, sale);
        await LooksAtAsync(visitor, sale);
        await WaitFor.TrueAsync(async () =>
        {
            await page.ReloadAsync();
            await Expect(page.Locator("#orders tr")).ToHaveCountAsync(2);
            return await page.Locator("#differences li").CountAsync() == 2;
        }, "both are noticed");
        await Expect(page.Locator("#differences")).ToContainTextAsync("$999.00 went back at the provider.");
        await visitor.FindsNoBarrierAsync();

        await page.Locator("#differences li", new() { HasText = payments[0] }).Locator("button >> nth=0").ClickAsync();
        await DecidesAsync(visitor, "d-refund");
        await Expect(page.Locator("#orders tr")).ToHaveCountAsync(1);
        await page.Locator("#differences li", new() { HasText = payments[1] }).Locator("button >> nth=1").ClickAsync();
        await page.FillAsync("#answer", "a present");
        await visitor.FindsNoBarrierAsync();
        await DecidesAsync(visitor, "d-answer");
        await Expect(page.Locator("#d-answer")).ToBeHiddenAsync();
        await WaitFor.TrueAsync(async () =>
        {
            await page.ReloadAsync();
            await Expect(page.Locator("#orders tr")).ToHaveCountAsync(1);
            return await page.Locator("#differcard").IsHiddenAsync();
        }, "nothing is left to say");
        await Expect(page.Locator("#u-sold")).ToHaveTextAsync("1");
        visitor.HasSeenNoError();
    }

    /// <summary>Somebody buys; the order's number.</summary>
    private static async Task<string> BoughtAsync(TestSystem system, string sale)
    {
        var shopper = system.Shopper(sale);
        await shopper.JoinsAsync();
        await shopper.BuysAsync();
        Assert.True(ReservationId.TryParse(shopper.ReservationId, out var id));
        return OrderNumber.For(id.Value);
    }

    /// <summary>In the provider's dashboard every payment of a sale goes back; their intents.</summary>
    private static async Task<List<string>> RefundElsewhereAsync(TestSystem system, string sale)
    {
        using var provider = new HttpClient { BaseAddress = new Uri(system.SimulatorUrl) };
        var books = await provider.GetFromJsonAsync<JsonElement>($"/sim/ledger?sale={sale}", TestContext.Current.CancellationToken);
        provider.DefaultRequestHeaders.Authorization = new("Bearer", system.Secrets.StripeApiKey);
        List<string> intents = [.. books.GetProperty("payments").EnumerateArray().Select(one => one.GetProperty("paymentIntent").GetString()!)];
        foreach (var intent in intents)
        {
            using var form = new FormUrlEncodedContent([new("payment_intent", intent)]);
            using var answer = await provider.PostAsync(new Uri("/v1/refunds", UriKind.Relative), form, TestContext.Current.CancellationToken);
            answer.EnsureSuccessStatusCode();
        }

        return intents;
    }

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    [InlineData("ar")]
    [InlineData("ja")]
    public async Task An_operator_is_given_a_key_once_and_revoked(string language)
    {
        await using var visitor = await NamedVisitorAsync((await TestSystem.SharedAsync()).Secrets.AdminKey, language);
        var page = visitor.Page;
        var name = Unique.Name("op");
        await page.ClickAsync(".people");
        await Expect(page.Locator("#alljournal li").First).ToBeVisibleAsync();
        await visitor.FindsNoBarrierAsync();
        await page.ClickAsync("#createperson");
        await page.FillAsync("#o-name", name);
        await page.SelectOptionAsync("#o-role", "viewer");
        await visitor.FindsNoBarrierAsync();
        await DecidesAsync(visitor, "d-person");
        await Expect(page.Locator("#newkey")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^fso_"));
        await visitor.FindsNoBarrierAsync();
        var key = await page.InputValueAsync("#newkey");
        await page.ClickAsync("#d-newkey button");
        await Expect(page.Locator("#newkey")).ToHaveValueAsync("");
        Assert.Equal(200, await StatusAsync(visitor.System, key));

        var row = page.Locator("#people tr", new() { HasText = name });
        await row.Locator("button.danger").ClickAsync();
        await DecidesAsync(visitor, "d-sure");
        await Expect(row).ToHaveCountAsync(0);
        Assert.Equal(401, await StatusAsync(visitor.System, key));
        await Expect(page.Locator("#alljournal")).ToContainTextAsync(name);
        visitor.HasSeenNoError();
    }

    private static async Task<int> StatusAsync(TestSystem system, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/me");
        request.Headers.Authorization = new("Bearer", key);
        using var answer = await system.Edge.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    private static async Task<(string Name, string Key)> NamedAsync(string role)
    {
        var (system, name) = (await TestSystem.SharedAsync(), Unique.Name("op"));
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/admin/operators/{name}") { Content = JsonContent.Create(new { role }) };
        request.Headers.Authorization = new("Bearer", system.Secrets.AdminKey);
        using var answer = await system.Edge.SendAsync(request, TestContext.Current.CancellationToken);
        var made = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return (name, made.GetProperty("apiKey").GetString()!);
    }

    private static async Task<PageVisitor> NamedVisitorAsync(string key, string language)
    {
        var visitor = await PageVisitor.ComesAsync(new BrowserNewContextOptions
        {
            ViewportSize = new() { Width = 1280, Height = 900 },
            Locale = language,
        });
        await visitor.Page.GotoAsync("/admin/");
        await visitor.Page.FillAsync("#key", key);
        await visitor.Page.ClickAsync("#signinform button");
        return visitor;
    }
}
