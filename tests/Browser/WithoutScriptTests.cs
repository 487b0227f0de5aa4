using System.Text.RegularExpressions;

using FlashSale.Tests.Support;

using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace FlashSale.Tests.Browser;

/// <summary>The whole way in a browser that runs no scripts: plain forms.</summary>
public sealed class WithoutScriptTests
{
    private static async Task<PageVisitor> ComesAsync() =>
        await PageVisitor.ComesAsync(new BrowserNewContextOptions { JavaScriptEnabled = false });

    /// <summary>From the line to the unit in the cart.</summary>
    private static async Task GoesToTheCartAsync(PageVisitor visitor, string sale)
    {
        await visitor.Page.GotoAsync($"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart");
        await WaitFor.TrueAsync(async () =>
        {
            await visitor.Page.Locator("button[value=check]").ClickAsync();
            return new Uri(visitor.Page.Url).AbsolutePath == $"/shop/{sale}/cart";
        }, "the form leads to the cart");
        await visitor.Page.ClickAsync("noscript button, form button");
        await ReadsAsync(visitor, "It is in your cart");
    }

    private static Task ReadsAsync(PageVisitor visitor, string title) => Expect(visitor.Page.Locator("h1")).ToHaveTextAsync(title);

    private static async Task PaysAsync(PageVisitor visitor, string card)
    {
        await visitor.Page.CheckAsync($"input[value={card}]");
        await visitor.Page.ClickAsync("form:has(input[type=radio]) button");
    }

    [Fact]
    public async Task A_declined_card_and_then_another_lead_to_an_order()
    {
        await using var visitor = await ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await GoesToTheCartAsync(visitor, sale);

        await PaysAsync(visitor, "pm_card_chargeDeclined");
        await ReadsAsync(visitor, "The card was declined");
        await Expect(visitor.Page.Locator(".bad")).ToHaveTextAsync("Tries left: 2");
        await PaysAsync(visitor, "pm_card_visa");

        await ReadsAsync(visitor, "It is yours");
        await Expect(visitor.Page.Locator(".outcome dd").First).ToHaveTextAsync(new Regex("^FS-"));
        await visitor.Page.ReloadAsync();
        await ReadsAsync(visitor, "It is yours");
        await visitor.System.AuditsAsync(sale, 1);
    }

    [Fact]
    public async Task The_providers_own_page_takes_a_card_asks_by_the_bank_and_leads_back_to_an_order()
    {
        await using var visitor = await ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await GoesToTheCartAsync(visitor, sale);
        var order = visitor.Page.Url;

        await visitor.Page.ClickAsync("text=Pay on the payment provider's page");
        await ReadsAsync(visitor, "Pay 999.00 USD");
        await TypesAsync(visitor, "4000 0000 0000 0002");
        await Expect(visitor.Page.Locator(".bad")).ToHaveTextAsync("Your card was declined.");

        // Left, and gone back to.
        await visitor.Page.ClickAsync("text=Back to the shop");
        await ReadsAsync(visitor, "Pay on the payment provider's page");
        Assert.Equal(order, visitor.Page.Url);
        await visitor.Page.ClickAsync("text=Go to the payment page");

        await TypesAsync(visitor, "4000 0027 6000 3184");
        await visitor.Page.ClickAsync("text=Yes, it is me");
        await ReadsAsync(visitor, "It is yours");
        Assert.Equal(order, visitor.Page.Url);
        await visitor.System.AuditsAsync(sale, 1);
    }

    private static async Task TypesAsync(PageVisitor visitor, string card)
    {
        await visitor.Page.FillAsync("#number", card);
        await visitor.Page.FillAsync("#expiry", "12 / 34");
        await visitor.Page.FillAsync("#cvc", "123");
        await visitor.Page.ClickAsync("button");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ar")]
    public async Task Its_pages_have_no_barrier_either(string language)
    {
        // With scripts, since axe is one.
        await using var visitor = await PageVisitor.ComesAsync(new BrowserNewContextOptions
        {
            Locale = language,
            ViewportSize = new() { Width = 320, Height = 640 },
        });
        var sale = await visitor.System.SaleAsync();
        await visitor.GoesToTheCartAsync(sale);
        var id = await visitor.Page.EvaluateAsync<string>($"() => localStorage.getItem('fs-cart:{sale}')");

        await visitor.Page.GotoAsync($"/shop/{sale}/order/{id}");
        await visitor.FindsNoBarrierAsync();
        // No words in a column of letters.
        Assert.Empty(await visitor.Page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('.option span')].filter(e => e.offsetHeight > 60).map(e => e.textContent)"));
        await PaysAsync(visitor, "pm_card_chargeDeclined");
        await Expect(visitor.Page.Locator(".bad")).ToBeVisibleAsync();
        await visitor.FindsNoBarrierAsync();
        await visitor.Page.ClickAsync("form:has(input[value=hosted_page]) button");
        await Expect(visitor.Page.Locator("#number")).ToBeVisibleAsync();
        await visitor.FindsNoBarrierAsync();
        await visitor.Page.ClickAsync("main a");
        await Expect(visitor.Page.Locator("details")).ToBeVisibleAsync();
        await visitor.FindsNoBarrierAsync();
        await visitor.Page.ClickAsync("a.button");
        await TypesAsync(visitor, "4242 4242 4242 4242");
        await Expect(visitor.Page.Locator(".outcome")).ToBeVisibleAsync();
        await visitor.FindsNoBarrierAsync();
        var sold = await visitor.Page.Locator("h1").TextContentAsync();
        await visitor.System.Operators.RefundAsync(id, "resell", TestContext.Current.CancellationToken);
        await visitor.Page.ReloadAsync();
        await Expect(visitor.Page.Locator("h1")).Not.ToHaveTextAsync(sold!);
        await Expect(visitor.Page.Locator(".outcome")).ToBeVisibleAsync();
        await visitor.FindsNoBarrierAsync();
        await visitor.Page.GotoAsync($"/shop/{sale}/order/{sale}_{new string('0', 32)}");
        await visitor.FindsNoBarrierAsync();
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_pays_once()
    {
        await using var visitor = await ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await GoesToTheCartAsync(visitor, sale);
        var attempt = await visitor.Page.Locator("input[name=attempt]").First.GetAttributeAsync("value");
        var form = visitor.Context.APIRequest.CreateFormData()
            .Set("action", "pay").Set("attempt", attempt!).Set("card", "pm_card_visa");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            visitor.Context.APIRequest.PostAsync(visitor.Page.Url, new() { Form = form, MaxRedirects = 0 })));

        Assert.All(answers, answer => Assert.Equal(303, answer.Status));
        await visitor.Page.ReloadAsync();
        await ReadsAsync(visitor, "It is yours");
        await visitor.System.AuditsAsync(sale, 1);
    }

    [Fact]
    public async Task The_invitation_leaves_the_address_as_the_place_is_taken()
    {
        await using var visitor = await ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = true }, TestContext.Current.CancellationToken);
        await visitor.JoinsAsync(sale, "ada@example.com");
        Assert.Contains("enqueueToken=", visitor.Page.Url, StringComparison.Ordinal);
        await visitor.Page.ClickAsync("button[value=check]");
        await ReadsAsync(visitor, "The sale is paused");
        Assert.DoesNotContain("enqueueToken=", visitor.Page.Url, StringComparison.Ordinal);
        await visitor.Page.ClickAsync("button[value=check]");
        await ReadsAsync(visitor, "The sale is paused");
    }

    [Fact]
    public async Task A_form_that_is_refused_for_now_says_why_and_joins_when_it_is_sent_again()
    {
        await using var visitor = await ComesAsync();
        var sale = await visitor.System.SaleAsync();
        var cancel = TestContext.Current.CancellationToken;
        await visitor.System.Operators.PatchSaleAsync(
            sale, new { paused = true, proofOfWork = new { bits = 14, aboveJoinsPerSecond = 0 } }, cancel);
        await WaitFor.TrueAsync(async () =>
            (await visitor.System.Edge.PostAsync($"/sales/{sale}/ticket", null, cancel)).StatusCode
                is System.Net.HttpStatusCode.PreconditionRequired, "work is asked for");
        await visitor.Page.GotoAsync($"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart");

        await visitor.Page.ClickAsync("button[value=check]");
        await ReadsAsync(visitor, "Joining takes a little work right now");
        await Expect(visitor.Page.Locator("meta[http-equiv=refresh]")).ToHaveCountAsync(0);
        await visitor.System.Operators.PatchSaleAsync(
            sale, new { proofOfWork = new { bits = 14, aboveJoinsPerSecond = 10_000 } }, cancel);

        await WaitFor.TrueAsync(async () =>
        {
            await visitor.Page.Locator("button[value=check]").ClickAsync();
            return await visitor.Page.Locator("h1").TextContentAsync() == "The sale is paused";
        }, "the form joins");
    }

    [Fact]
    public async Task The_first_page_of_the_line_speaks_the_shoppers_language_and_keeps_the_way_back()
    {
        await using var visitor = await ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = true }, TestContext.Current.CancellationToken);
        await visitor.JoinsAsync(sale, "ada@example.com");

        await visitor.Page.ClickAsync("button[lang=de]");

        await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        Assert.Contains("returnUrl=", visitor.Page.Url, StringComparison.Ordinal);
        Assert.Contains("enqueueToken=", visitor.Page.Url, StringComparison.Ordinal);
        await visitor.Page.ClickAsync("button[value=check]");
        await ReadsAsync(visitor, "Der Verkauf macht eine Pause");
    }

    [Fact]
    public async Task The_product_says_when_the_sale_starts()
    {
        await using var visitor = await ComesAsync();
        var starts = TimeProvider.System.GetUtcNow().AddMinutes(135.5);
        var sale = await visitor.System.SaleAsync(
            new { inventory = 1, price = new { amount = 100, currency = "usd" }, startsAt = starts });
        await visitor.Page.GotoAsync($"/shop/{sale}");
        await Expect(visitor.Page.Locator("#plainstatus")).ToContainTextAsync(new Regex("^The sale starts in 2 h 1[56] min, at "));
        await Expect(visitor.Page.Locator("#plainstatus")).ToContainTextAsync($"{starts.UtcDateTime:HH:mm} (UTC)");
        await visitor.System.Operators.PatchSaleAsync(
            sale, new { startsAt = TimeProvider.System.GetUtcNow() }, TestContext.Current.CancellationToken);
        await WaitFor.TrueAsync(async () =>
        {
            await visitor.Page.ReloadAsync();
            return await visitor.Page.Locator("#plainstatus").TextContentAsync() == "The sale has started.";
        }, "the product says that the sale has started");
    }

    [Fact]
    public async Task A_unit_can_be_given_back_and_the_line_joined_again()
    {
        await using var visitor = await ComesAsync();
        await GoesToTheCartAsync(visitor, await visitor.System.SaleAsync());

        await visitor.Page.ClickAsync("details summary");
        await visitor.Page.ClickAsync("button[value=cancel]");

        await ReadsAsync(visitor, "You gave it back");
        await visitor.Page.ClickAsync("button[name=again]");
        await Expect(visitor.Page.Locator("button[value=check]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Someone_elses_order_is_not_there()
    {
        await using var visitor = await ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await GoesToTheCartAsync(visitor, sale);
        await using var other = await ComesAsync();

        var answer = await other.Page.GotoAsync(visitor.Page.Url);

        Assert.Equal(401, answer!.Status);
        await ReadsAsync(other, "First, the line");
    }

    /// <summary>Without the shopper's cookies, which the browser holds back, it would replace their place by a new one.</summary>
    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task A_form_on_another_sites_page_changes_nothing(string header, string value)
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync();
        foreach (var (path, field) in new[]
        {
            ($"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart", "join"), ($"/shop/{sale}/join", "again"),
            ($"/shop/{sale}/order", "take"), ($"/shop/{sale}/order/{sale}_{new string('0', 32)}", "pay"),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new FormUrlEncodedContent([new("action", field), new("again", "1")]),
            };
            request.Headers.TryAddWithoutValidation(header, value);
            request.Headers.TryAddWithoutValidation("Accept", "text/html");

            using var answer = await system.Edge.SendAsync(request);

            Assert.Equal(400, (int)answer.StatusCode);
            Assert.False(answer.Headers.Contains("Set-Cookie"), $"{path} sets a cookie");
        }
    }

    [Fact]
    public async Task The_tickets_api_takes_no_form()
    {
        var system = await TestSystem.SharedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/sales/{await system.SaleAsync()}/ticket");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Mode", "navigate");

        using var answer = await system.Edge.SendAsync(request);

        Assert.Equal(415, (int)answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }
}
