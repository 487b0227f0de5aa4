using FlashSale.Tests.Support;

using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace FlashSale.Tests.Browser;

/// <summary>The whole way in a real browser, from the product page to an order or to what can go wrong.</summary>
public sealed class BuyingTests
{
    [Fact]
    public async Task A_shopper_goes_from_the_product_to_an_order()
    {
        await using var ada = await PageVisitor.ComesAsync();
        var sale = await ada.System.SaleAsync();

        await ada.Page.GotoAsync($"/shop/{sale}");
        await Expect(ada.Page.Locator("#status")).ToHaveTextAsync("On sale now");
        await ada.FindsNoBarrierAsync();
        await ada.GoesToTheCartAsync(sale, "ada@example.com");
        await Expect(ada.Page).ToHaveURLAsync(new global::System.Text.RegularExpressions.Regex($"/shop/{sale}/cart$"));
        await ada.FindsNoBarrierAsync();

        await ada.PaysAsync("pm_card_visa");
        await ada.SeesAsync("It is yours");
        await Expect(ada.Page.Locator("#ordernumber")).Not.ToBeEmptyAsync();
        await ada.FindsNoBarrierAsync();

        var order = await ada.Page.Locator("#ordernumber").TextContentAsync();
        await ada.Page.ReloadAsync();
        await Expect(ada.Page.Locator("#ordernumber")).ToHaveTextAsync(order!);
        ada.HasSeenNoError();
    }

    [Fact]
    public async Task The_address_for_the_receipt_reaches_the_provider()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await visitor.GoesToTheCartAsync(sale);
        await visitor.Page.FillAsync("#receipt", "ada@");
        await visitor.PaysAsync("pm_card_visa");
        await Expect(visitor.Page.Locator("#receipt:invalid")).ToBeFocusedAsync();
        await visitor.Page.FillAsync("#receipt", "ada@example.com");
        await visitor.Page.ClickAsync("#paybutton");
        await visitor.SeesAsync("It is yours");

        using var provider = new HttpClient { BaseAddress = new Uri(visitor.System.SimulatorUrl) };
        provider.DefaultRequestHeaders.Authorization = new("Bearer", visitor.System.Secrets.StripeApiKey);
        var found = await provider.GetStringAsync(
            new Uri($"/v1/payment_intents/search?query=metadata['sale']:'{sale}'", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("\"receipt_email\":\"ada@example.com\"", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500_000, "huf", "HUF\u00a05,000.00")]
    [InlineData(1_850_000, "ugx", "UGX\u00a018,500")]
    [InlineData(1_500_000_000, "idr", "IDR\u00a015,000,000.00")]
    [InlineData(12_340, "kwd", "KWD\u00a012.340")]
    [InlineData(5_000, "jpy", "¥5,000")]
    public async Task A_price_is_shown_as_it_is_charged_whatever_the_browser_thinks_of_the_currency(
        long amount, string currency, string shown)
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync(new { inventory = 1, price = new { amount, currency } });
        await visitor.Page.GotoAsync($"/shop/{sale}");
        await Expect(visitor.Page.Locator("#price")).ToHaveTextAsync(shown);
    }

    [Fact]
    public async Task Who_bought_is_told_so_when_joining_again()
    {
        await using var ada = await PageVisitor.ComesAsync();
        var sale = await ada.System.SaleAsync();
        await ada.GoesToTheCartAsync(sale, "ada@example.com");
        await ada.PaysAsync("pm_card_visa");
        await ada.SeesAsync("It is yours");
        var order = await ada.Page.Locator("#ordernumber").TextContentAsync();

        await ada.JoinsAsync(sale, "ada@example.com");

        await ada.SeesAsync("You already have one");
        await Expect(ada.Page.Locator("#notice")).ToHaveTextAsync($"Your order number is {order}.");
        await ada.FindsNoBarrierAsync();

        // Once the token is over, the cart leads there too; and so does the line of another device.
        await ada.Context.ClearCookiesAsync(new() { Name = $"fs-admission-{sale}" });
        await ada.Page.GotoAsync($"/shop/{sale}/cart");
        await Expect(ada.Page.Locator("#notice")).ToHaveTextAsync($"Your order number is {order}.");
        await using var phone = await PageVisitor.ComesAsync();
        await phone.JoinsAsync(sale, "ada@example.com");
        await Expect(phone.Page.Locator("#notice")).ToHaveTextAsync($"Your order number is {order}.");
    }

    [Fact]
    public async Task A_declined_card_can_be_tried_again_with_another()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        await visitor.GoesToTheCartAsync(await visitor.System.SaleAsync());

        await visitor.PaysAsync("pm_card_chargeDeclined");
        await visitor.SeesAsync("The card was declined");
        await Expect(visitor.Page.Locator("#problem")).ToHaveTextAsync("Tries left: 2");
        await visitor.FindsNoBarrierAsync();

        await visitor.PaysAsync("pm_card_visa");
        await visitor.SeesAsync("It is yours");
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task The_last_declined_attempt_gives_the_unit_up_and_offers_the_line()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        await visitor.GoesToTheCartAsync(await visitor.System.SaleAsync(TestSystem.SaleOf(2, paymentAttempts: 1)));

        await visitor.PaysAsync("pm_card_chargeDeclined");
        await visitor.SeesAsync("The payment did not succeed");
        await visitor.FindsNoBarrierAsync();

        await visitor.Page.ClickAsync("#again button");
        await Expect(visitor.Page.Locator("[data-state=held] #paybutton")).ToBeEnabledAsync();
    }

    [Fact]
    public async Task A_cart_that_is_not_paid_in_time_expires_and_offers_the_line()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        // What the cart looks like until then is for others to say: this one may be over before it is seen.
        await visitor.JoinsAsync(await visitor.System.SaleAsync(TestSystem.SaleOf(2, paySeconds: 2)));

        await visitor.SeesAsync("Time ran out");
        await Expect(visitor.Page.Locator("#again")).ToBeVisibleAsync();
        await visitor.FindsNoBarrierAsync();
    }

    [Fact]
    public async Task A_unit_can_be_given_back()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        await visitor.GoesToTheCartAsync(await visitor.System.SaleAsync());

        await visitor.Page.ClickAsync("#giveback summary");
        await visitor.Page.ClickAsync("#givebacknow");

        await visitor.SeesAsync("You gave it back");
    }

    [Fact]
    public async Task A_payment_whose_answer_is_lost_is_still_paid_once()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await visitor.GoesToTheCartAsync(sale);
        var lost = 0;
        await visitor.Page.RouteAsync("**/payments", async route =>
        {
            if (Interlocked.Increment(ref lost) > 1)
            {
                await route.ContinueAsync();
                return;
            }
            await route.FetchAsync(); // It reaches the server; the shopper never hears of it.
            await route.AbortAsync();
        });

        await visitor.PaysAsync("pm_card_visa");

        await visitor.SeesAsync("It is yours");
        await visitor.System.AuditsAsync(sale, 1);
    }

    [Fact]
    public async Task An_unknown_sale_and_a_wrong_link_are_explained()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();

        await visitor.Page.GotoAsync("/shop/no-such-sale");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("There is no such sale");
        await visitor.FindsNoBarrierAsync();
        await visitor.Page.GotoAsync($"/line/{sale}?returnUrl=https%3A%2F%2Fevil.example%2F");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("This link leads somewhere we don't know");
        await visitor.FindsNoBarrierAsync();
    }

    [Fact]
    public async Task A_typing_mistake_in_the_address_is_explained_beside_the_form()
    {
        await using var visitor = await PageVisitor.ComesAsync(new BrowserNewContextOptions { JavaScriptEnabled = false });
        var sale = await visitor.System.SaleAsync();
        await visitor.Page.GotoAsync($"/shop/{sale}");

        await visitor.Page.FillAsync("#email", "ada@");
        await visitor.Page.EvaluateAsync("() => document.getElementById('join').noValidate = true");
        await visitor.Page.ClickAsync("#join button");

        await Expect(visitor.Page.Locator("#problem")).ToContainTextAsync("Please enter an e-mail address");
    }
}
