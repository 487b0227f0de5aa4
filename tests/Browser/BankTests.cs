using FlashSale.Tests.Support;

using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace FlashSale.Tests.Browser;

/// <summary>A shopper whose bank asks, in a real browser: the provider's script, the bank's page, and every way it ends.</summary>
public sealed class BankTests
{
    private const string Challenged = "pm_card_authenticationRequired";

    private static Task AnswersAsync(PageVisitor visitor, string words) =>
        visitor.Page.FrameLocator("dialog.bank iframe").GetByRole(AriaRole.Button, new() { Name = words }).ClickAsync();

    [Fact]
    public async Task A_challenge_that_passes_leads_to_an_order()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await visitor.GoesToTheCartAsync(sale);
        await visitor.FindsNoBarrierAsync();
        await visitor.PaysAsync(Challenged);
        await visitor.SeesAsync("Your bank asks you");
        await visitor.FindsNoBarrierAsync();
        await AnswersAsync(visitor, "Yes, it is me");
        await visitor.SeesAsync("It is yours");
        await visitor.System.AuditsAsync(sale, 1);
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task After_a_reload_the_same_challenge_is_there_again()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await visitor.GoesToTheCartAsync(sale);
        await visitor.PaysAsync(Challenged);
        await Expect(visitor.Page.Locator("dialog.bank")).ToBeVisibleAsync();
        await visitor.Page.ReloadAsync();
        await AnswersAsync(visitor, "Yes, it is me");
        await visitor.SeesAsync("It is yours");
        await visitor.System.AuditsAsync(sale, 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_one_that_fails_or_is_closed_another_card_sells(bool closed)
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await visitor.GoesToTheCartAsync(sale);
        await visitor.PaysAsync(Challenged);
        if (closed) await visitor.Page.ClickAsync("dialog.bank > button");
        else await AnswersAsync(visitor, "No");
        await visitor.SeesAsync("The card was declined");
        await Expect(visitor.Page.Locator("#problem")).ToHaveTextAsync("Tries left: 2");
        await visitor.FindsNoBarrierAsync();
        await visitor.PaysAsync("pm_card_visa");
        await visitor.SeesAsync("It is yours");
        await visitor.System.AuditsAsync(sale, 1);
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task One_that_is_left_open_gives_the_unit_to_the_next_in_line_and_what_the_bank_says_then_sells_nothing()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        await using var next = await PageVisitor.ComesAsync();
        // Long enough to type a card on a busy machine; and only then more, for the bank.
        var sale = await visitor.System.SaleAsync(new
        {
            name = "A phone",
            inventory = 1,
            price = new { amount = 99_900, currency = "usd" },
            paySeconds = 20,
            authenticationSeconds = 1,
            graceSeconds = 1,
        });
        await visitor.GoesToTheCartAsync(sale);
        await next.JoinsAsync(sale);
        await visitor.PaysAsync(Challenged);
        await visitor.SeesAsync("Your bank asks you");
        var intent = await visitor.Page.Locator("dialog.bank iframe").GetAttributeAsync("src");

        await visitor.SeesAsync("Time ran out");
        using (var simulator = new HttpClient())
        using (var pass = System.Net.Http.Json.JsonContent.Create(new { outcome = "pass" }))
            await simulator.PutAsync(intent!.Split('?')[0], pass);
        await Expect(next.Page.Locator("[data-state=held] #paybutton")).ToBeEnabledAsync();
        await next.PaysAsync("pm_card_visa");
        await next.SeesAsync("It is yours");
        await visitor.System.AuditsAsync(sale, 1);
    }

    [Fact]
    public async Task Without_script_the_banks_own_page_asks_and_sends_the_shopper_back()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        await visitor.GoesToTheCartAsync(sale);
        var id = await visitor.Page.EvaluateAsync<string>($"() => localStorage.getItem('fs-cart:{sale}')");
        var page = $"/shop/{sale}/order/{id}";
        await visitor.Page.GotoAsync(page);
        await visitor.Page.CheckAsync($"input[value={Challenged}]");
        await visitor.Page.ClickAsync("form:has(input[type=radio]) button");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Your bank asks you");
        await visitor.FindsNoBarrierAsync();
        await visitor.Page.ClickAsync("text=Go to your bank");
        await visitor.Page.ClickAsync("text=Yes, it is me");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("It is yours");
        // The provider's parameters are gone from the address.
        Assert.Equal((page, ""), (new Uri(visitor.Page.Url).AbsolutePath, new Uri(visitor.Page.Url).Query));
        await visitor.System.AuditsAsync(sale, 1);
    }

    [Fact]
    public async Task Only_the_cart_lets_the_providers_script_in()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var sale = await visitor.System.SaleAsync();
        var simulator = new Uri(visitor.System.SimulatorUrl).GetLeftPart(UriPartial.Authority);
        foreach (var elsewhere in (string[])[$"/shop/{sale}", $"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart", "/admin/"])
        {
            using var answer = await visitor.System.Edge.GetAsync(elsewhere, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(simulator, answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }

        var cart = await visitor.Page.GotoAsync("/");
        await visitor.GoesToTheCartAsync(sale);
        cart = await visitor.Page.ReloadAsync();
        Assert.Contains($"frame-src {simulator};", (await cart!.AllHeadersAsync())["content-security-policy"], StringComparison.Ordinal);
    }
}
