using System.Text.Json;

using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Browser.Flows;

/// <summary>A shopper with a browser of one of the three engines, at the system that tests share.</summary>
internal sealed class FlowShopper : IAsyncDisposable
{
    private readonly IFlowBrowser _browser;

    private FlowShopper(IFlowBrowser browser, TestSystem system) => (_browser, System) = (browser, system);

    public TestSystem System { get; }

    public static async Task<FlowShopper> ComesAsync(string engine, FlowOptions? options = null)
    {
        var system = await TestSystem.SharedAsync();
        options ??= new();
        return new FlowShopper(await (engine switch
        {
            "Chromium" => ChromiumFlow.StartAsync(options),
            "Firefox" => FirefoxFlow.StartAsync(options),
            _ => WebKitFlow.StartAsync(options),
        }), system);
    }

    public Task GoesAsync(string path) => _browser.GoAsync(Url(path));

    public Task GoesToTheLineAsync(string sale) => GoesAsync(Line(sale));

    public Task OpensTheLineInATabAsync(string sale) => _browser.OpenTabAsync(Url(Line(sale)));

    public Task ShowsTabAsync(int tab) => _browser.ShowTabAsync(tab);

    public Task GoesBackAsync() => _browser.BackAsync();

    public Task ReloadsAsync() => _browser.ReloadAsync();

    public Task<string?> AsksAsync(string expression) => _browser.AskAsync(expression);

    /// <summary>The element is there to be seen, and reads so.</summary>
    public Task ReadsAsync(string css, string text) => HoldsAsync(
        $"(e => !!e && e.getClientRects().length > 0 && e.textContent.trim() === {Quoted(text)})"
            + $"(document.querySelector({Quoted(css)}))",
        $"{css} reads {text}", $"document.querySelector({Quoted(css)})?.textContent");

    /// <summary>The expression becomes true.</summary>
    public async Task HoldsAsync(string expression, string what, string tells = "document.title")
    {
        string? told = null;
        try
        {
            await WaitFor.TrueAsync(async () =>
            {
                if (await _browser.AskAsync(expression) == "true") return true;
                told = await _browser.AskAsync($"{tells} + ' at ' + location.pathname");
                return false;
            }, what);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"{what}: it is {told}", error);
        }
    }

    /// <summary>Presses what can be seen and pressed, once it is.</summary>
    public Task PressesAsync(string css) => HoldsAsync(
        "(e => !!e && e.getClientRects().length > 0 && !e.disabled && (e.click(), true))"
            + $"(document.querySelector({Quoted(css)}))",
        $"{css} can be pressed");

    public Task TypesAsync(string css, string text) => HoldsAsync(
        $"(e => !!e && (e.value = {Quoted(text)}, e.dispatchEvent(new Event('input', {{ bubbles: true }})), true))"
            + $"(document.querySelector({Quoted(css)}))",
        $"{css} can be typed into");

    /// <summary>As a guest, from the product's page to the cart.</summary>
    public async Task GoesToTheCartAsync(string sale)
    {
        await GoesAsync($"/shop/{sale}");
        await PressesAsync("#guest a");
        await HoldsAsync("!!document.querySelector('[data-state=held] #paybutton:enabled')", "the unit is in the cart");
    }

    public async Task PaysAsync(string number)
    {
        await TypesAsync("#sim-number", number);
        await TypesAsync("#sim-expiry", "12 / 34");
        await TypesAsync("#sim-cvc", "123");
        await PressesAsync("#paybutton");
    }

    public async Task GivesBackAsync()
    {
        await PressesAsync("#giveback summary");
        await PressesAsync("#givebacknow");
        await ReadsAsync("#title", "You gave it back");
    }

    public async Task SeesNothingStickOutAsync() => Assert.Equal("", await AsksAsync(
        "document.documentElement.scrollWidth <= innerWidth ? '' : [...document.querySelectorAll('body *')]"
        + ".filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.tagName + '#' + e.id).join(' ')"));

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    private Uri Url(string path) => new(System.Edge.BaseAddress!, path);

    private static string Line(string sale) => $"/line/{sale}?lang=en&returnUrl=%2Fshop%2F{sale}%2Fcart";

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
