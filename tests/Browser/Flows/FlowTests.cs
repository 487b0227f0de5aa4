using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Browser.Flows;

/// <summary>
/// What a shopper does, in each of the three engines. docs/pages.md has these flows as a table (<see cref="FlowTableTests"/>).
/// </summary>
public sealed class FlowTests
{
    private const string Works = "4242 4242 4242 4242";
    private const string Declined = "4000 0000 0000 0002";

    internal static readonly string[] Names = ["Chromium", "Firefox", "WebKit"];

    public static TheoryData<string> Engines => [.. Names];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task PauseAsync(FlowShopper shopper, string sale, bool paused = true) =>
        shopper.System.Operators.PatchSaleAsync(sale, new { paused }, Cancel);

    [Theory, MemberData(nameof(Engines))]
    public async Task A_unit_is_bought(string engine)
    {
        await using var shopper = await FlowShopper.ComesAsync(engine);
        var sale = await shopper.System.SaleAsync();
        await shopper.GoesToTheCartAsync(sale);
        await shopper.PaysAsync(Works);
        await shopper.ReadsAsync("#title", "It is yours");
        await shopper.System.AuditsAsync(sale, 1);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_declined_card_is_said_and_another_pays(string engine)
    {
        await using var shopper = await FlowShopper.ComesAsync(engine);
        await shopper.GoesToTheCartAsync(await shopper.System.SaleAsync());
        await shopper.PaysAsync(Declined);
        await shopper.ReadsAsync("#title", "The card was declined");
        await shopper.PaysAsync(Works);
        await shopper.ReadsAsync("#title", "It is yours");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_unit_is_given_back_and_the_line_joined_again(string engine)
    {
        await using var shopper = await FlowShopper.ComesAsync(engine);
        var sale = await shopper.System.SaleAsync();
        await shopper.GoesToTheCartAsync(sale);
        await PauseAsync(shopper, sale);
        await shopper.GivesBackAsync();
        await shopper.GoesToTheLineAsync(sale);
        await shopper.ReadsAsync("#title", "The reservation has ended");
        await shopper.PressesAsync("#go");
        await shopper.ReadsAsync("#number", "2");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Time_runs_out_and_the_line_is_joined_again(string engine)
    {
        await using var shopper = await FlowShopper.ComesAsync(engine);
        var sale = await shopper.System.SaleAsync(TestSystem.SaleOf(1, paySeconds: 2));
        await shopper.GoesAsync($"/shop/{sale}");
        await shopper.PressesAsync("#guest a");
        await shopper.ReadsAsync("#title", "Time ran out");
        await PauseAsync(shopper, sale);
        await shopper.GoesToTheLineAsync(sale);
        await shopper.ReadsAsync("#title", "The reservation has ended");
        await shopper.PressesAsync("#go");
        await shopper.ReadsAsync("#number", "2");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_reload_keeps_the_place_and_the_unit(string engine)
    {
        await using var shopper = await FlowShopper.ComesAsync(engine);
        var sale = await shopper.System.SaleAsync();
        await PauseAsync(shopper, sale);
        await shopper.GoesToTheLineAsync(sale);
        await shopper.ReadsAsync("#number", "1");
        await shopper.ReloadsAsync();
        await shopper.ReadsAsync("#number", "1");
        await PauseAsync(shopper, sale, paused: false);
        await shopper.ReadsAsync("#title", "It is in your cart");
        await shopper.ReloadsAsync();
        await shopper.ReadsAsync("#title", "It is in your cart");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Back_and_a_second_tab_after_paying_ask_for_no_money(string engine)
    {
        await using var shopper = await FlowShopper.ComesAsync(engine);
        var sale = await shopper.System.SaleAsync();
        await shopper.GoesToTheCartAsync(sale);
        await shopper.OpensTheLineInATabAsync(sale);
        await shopper.ReadsAsync("#title", "Your unit is in your cart");
        await shopper.ShowsTabAsync(0);
        await shopper.PaysAsync(Works);
        await shopper.ReadsAsync("#title", "It is yours");
        await shopper.GoesBackAsync();
        await shopper.HoldsAsync($"location.pathname === '/shop/{sale}'", "Back leads to the product");
        await shopper.ShowsTabAsync(1);
        await shopper.ReadsAsync("#title", "You already have one");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_hidden_tab_asks_before_it_goes_on(string engine)
    {
        await using var shopper = await FlowShopper.ComesAsync(engine);
        var sale = await shopper.System.SaleAsync();
        await PauseAsync(shopper, sale);
        await shopper.GoesToTheLineAsync(sale);
        await shopper.ReadsAsync("#number", "1");
        await shopper.AsksAsync("Object.defineProperty(document, 'hidden', { get: () => true })");
        await PauseAsync(shopper, sale, paused: false);
        await shopper.ReadsAsync("#title", "It is your turn!");
        await shopper.PressesAsync("#go");
        await shopper.ReadsAsync("#title", "It is in your cart");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Without_script_a_unit_is_bought_by_forms(string engine)
    {
        await using var shopper = await FlowShopper.ComesAsync(engine, new() { NoScript = true });
        var sale = await shopper.System.SaleAsync();
        await shopper.GoesToTheLineAsync(sale);
        await shopper.HoldsAsync(
            $"location.pathname === '/shop/{sale}/cart' || "
                + "(e => !!e && !e.dataset.pressed && (e.dataset.pressed = 1, e.click(), false))(document.querySelector('[value=check]'))",
            "the form leads to the cart");
        await shopper.PressesAsync($"form[action='/shop/{sale}/order'] button");
        await shopper.ReadsAsync("h1", "It is in your cart");
        await shopper.PressesAsync("input[value=pm_card_visa]");
        await shopper.PressesAsync("form:has(input[type=radio]) button");
        await shopper.ReadsAsync("h1", "It is yours");
        await shopper.System.AuditsAsync(sale, 1);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task At_320_pixels_nothing_sticks_out(string engine)
    {
        await using var shopper = await FlowShopper.ComesAsync(engine, new() { Width = 320 });
        var sale = await shopper.System.SaleAsync();
        await PauseAsync(shopper, sale);
        await shopper.GoesAsync($"/shop/{sale}?lang=en");
        Assert.Equal("320", await shopper.AsksAsync("innerWidth"));
        await shopper.SeesNothingStickOutAsync();
        await shopper.GoesToTheLineAsync(sale);
        await shopper.ReadsAsync("#number", "1");
        await shopper.SeesNothingStickOutAsync();
        await PauseAsync(shopper, sale, paused: false);
        await shopper.ReadsAsync("#title", "It is in your cart");
        await shopper.SeesNothingStickOutAsync();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task In_the_dark_the_ground_is_dark_and_the_language_is_underlined(string engine)
    {
        await using var shopper = await FlowShopper.ComesAsync(engine, new() { Dark = true });
        var sale = await shopper.System.SaleAsync();
        await PauseAsync(shopper, sale);
        await shopper.GoesToTheLineAsync(sale);
        await shopper.ReadsAsync("#number", "1");
        Assert.Equal("rgb(19, 19, 16)", await shopper.AsksAsync("getComputedStyle(document.body).backgroundColor"));
        Assert.Equal("underline", await shopper.AsksAsync(
            "getComputedStyle(document.querySelector('.langs [aria-current]')).textDecorationLine"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task From_right_to_left_a_unit_is_bought(string engine)
    {
        await using var shopper = await FlowShopper.ComesAsync(engine);
        var sale = await shopper.System.SaleAsync();
        await shopper.GoesAsync($"/shop/{sale}?lang=ar");
        Assert.Equal("rtl", await shopper.AsksAsync("getComputedStyle(document.body).direction"));
        await shopper.GoesToTheCartAsync(sale);
        await shopper.SeesNothingStickOutAsync();
        await shopper.PaysAsync(Works);
        await shopper.HoldsAsync("document.body.dataset.state === 'sold'", "it is sold");
        // The same digits in every engine, and those that forms and the plain pages write.
        Assert.Equal("true", await shopper.AsksAsync("/^[^٠-٩]*[0-9][^٠-٩]*$/.test(document.getElementById('paid').textContent)"));
    }
}
