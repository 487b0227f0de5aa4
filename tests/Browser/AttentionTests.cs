using System.Text.Json;
using System.Text.RegularExpressions;

using FlashSale.Contract;
using FlashSale.Tests.Support;

using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace FlashSale.Tests.Browser;

/// <summary>What the waiting page does to be noticed, which is only what the shopper has switched on.</summary>
public sealed class AttentionTests
{
    /// <summary>Notes each notification and each tone instead of making it.</summary>
    private const string Notes =
        """
        window.shown = []; window.tones = 0; window.shaken = 0;
        navigator.vibrate = () => ++shaken;
        const Real = window.Notification;
        window.Notification = class { constructor(title, o) { shown.push(title + ' | ' + o.body); } close() {} };
        Notification.requestPermission = () => Real.requestPermission();
        Object.defineProperty(Notification, 'permission', { get: () => Real.permission });
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (at) { tones++; start.call(this, at); };
        """;

    private static async Task<(PageVisitor Visitor, string Sale)> WaitsAsync(bool mayNotify)
    {
        var visitor = await PageVisitor.ComesAsync(new BrowserNewContextOptions
        {
            Permissions = mayNotify ? ["notifications"] : [],
        });
        await visitor.Context.AddInitScriptAsync(Notes);
        await visitor.Context.AddInitScriptAsync(WaitingTests.HiddenTab);
        var sale = await visitor.System.SaleAsync(TestSystem.SaleOf(5));
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = true }, TestContext.Current.CancellationToken);
        await visitor.Page.GotoAsync($"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart");
        await visitor.SeesAsync("The sale is paused");
        return (visitor, sale);
    }

    private static async Task TurnComesAsync(PageVisitor visitor, string sale)
    {
        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = false }, TestContext.Current.CancellationToken);
        await visitor.SeesAsync("It is your turn!");
    }

    [Fact]
    public async Task With_both_switched_on_a_hidden_tab_rings_and_notifies_once()
    {
        var (visitor, sale) = await WaitsAsync(mayNotify: true);
        await using var _ = visitor;
        await visitor.Page.ClickAsync("#sound");
        await visitor.Page.ClickAsync("#notify");
        await Expect(visitor.Page.Locator("#sound")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "true");
        // Switching it on is heard, so that the shopper knows what to expect.
        Assert.Equal(1, await visitor.Page.EvaluateAsync<int>("() => tones"));

        await TurnComesAsync(visitor, sale);

        var shown = await visitor.Page.EvaluateAsync<string[]>("() => shown");
        Assert.Equal(2, shown.Length);
        // The first, at the click, shows what to expect.
        Assert.Equal("It is your turn! | This is how you will hear of your turn.", shown[0]);
        Assert.StartsWith("It is your turn! | A phone: A unit is set aside for you.", shown[1], StringComparison.Ordinal);
        Assert.Equal(7, await visitor.Page.EvaluateAsync<int>("() => tones"));
        Assert.Equal(1, await visitor.Page.EvaluateAsync<int>("() => shaken"));
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task The_tab_has_a_dot_while_it_is_the_shoppers_turn()
    {
        var (visitor, sale) = await WaitsAsync(mayNotify: false);
        await using var _ = visitor;
        var icon = visitor.Page.Locator("link[rel=icon]");
        var before = await icon.GetAttributeAsync("href");

        await TurnComesAsync(visitor, sale);

        await Expect(icon).ToHaveAttributeAsync("href", new Regex("12 12 0 1 0"));
        Assert.DoesNotContain("12 12 0 1 0", before, StringComparison.Ordinal);
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task Near_the_front_the_screen_stays_on_and_not_before_or_behind_another_tab()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        await visitor.Context.AddInitScriptAsync(
            """
            window.locks = 0; window.away = false;
            Object.defineProperty(document, 'hidden', { get: () => away });
            Object.defineProperty(navigator, 'wakeLock', { value: { request: kind => {
              if (away) return Promise.reject(new Error('hidden'));
              locks++;
              const lock = { released: false, release: () => { if (!lock.released) locks--; lock.released = true; } };
              return Promise.resolve(lock);
            } } });
            """);
        var sale = await visitor.System.SaleAsync();
        var (eta, polls) = (4000, 0);
        await visitor.Page.RouteAsync("**/ticket", route =>
        {
            polls++;
            return route.FulfillAsync(new() { ContentType = "application/json", Body = Place(sale, eta) });
        });
        await visitor.Page.GotoAsync($"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart");
        await PolledAsync();
        Assert.Equal(0, await LocksAsync());

        eta = 100;
        await WaitFor.TrueAsync(async () => await LocksAsync() == 1, "the screen is kept on");
        await PolledAsync();
        Assert.Equal(1, await LocksAsync());

        eta = 4000;
        await WaitFor.TrueAsync(async () => await LocksAsync() == 0, "the screen may go off");
        await visitor.Page.EvaluateAsync("() => away = true");
        eta = 100;
        await PolledAsync();
        Assert.Equal(0, await LocksAsync());
        visitor.HasSeenNoError();

        Task<int> LocksAsync() => visitor.Page.EvaluateAsync<int>("() => locks");

        Task PolledAsync()
        {
            var before = polls;
            return WaitFor.TrueAsync(() => Task.FromResult(polls > before + 1), "two polls more");
        }
    }

    [Fact]
    public async Task What_was_switched_on_stays_on_through_a_reload_and_in_another_language()
    {
        var (visitor, sale) = await WaitsAsync(mayNotify: true);
        await using var _ = visitor;
        await visitor.Page.ClickAsync("#sound");
        await visitor.Page.ClickAsync("#notify");
        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "true");

        await visitor.Page.ReloadAsync();
        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "true");
        await visitor.Page.ClickAsync("text=Deutsch");
        await visitor.SeesAsync("Der Verkauf macht eine Pause");
        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "true");
        // A browser that lets no page be heard before it is touched is touched on the button: that is no wish for silence.
        if (await visitor.Page.Locator("#sound").GetAttributeAsync("aria-pressed") != "true") await visitor.Page.ClickAsync("#sound");
        await Expect(visitor.Page.Locator("#sound")).ToHaveAttributeAsync("aria-pressed", "true");

        await visitor.System.Operators.PatchSaleAsync(sale, new { paused = false }, TestContext.Current.CancellationToken);
        await visitor.SeesAsync("Sie sind dran!");
        Assert.Single(await visitor.Page.EvaluateAsync<string[]>("() => shown"));
        Assert.Equal(6, await visitor.Page.EvaluateAsync<int>("() => tones"));
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task A_browser_that_shows_none_says_so()
    {
        var (visitor, _) = await WaitsAsync(mayNotify: false);
        await using var open = visitor;
        await visitor.Page.EvaluateAsync("() => { Notification.requestPermission = () => Promise.resolve('denied'); }");
        await visitor.Page.ClickAsync("#notify");
        await Expect(visitor.Page.Locator("#say")).ToContainTextAsync("Your browser blocks notifications");
        await Expect(visitor.Page.Locator(".toggles + p")).ToContainTextAsync("Allow them by the sign beside the address");

        // As phones do which allow them only from a service worker.
        await visitor.Page.EvaluateAsync(
            """
            () => {
              window.Notification = class { constructor() { throw new TypeError('Illegal constructor'); } };
              Notification.requestPermission = () => Promise.resolve('granted');
            }
            """);
        await visitor.Page.ClickAsync("#notify");
        await Expect(visitor.Page.Locator(".toggles + p")).ToContainTextAsync("This browser can't notify you from a page.");
        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "false");
        await visitor.FindsNoBarrierAsync();
        visitor.HasSeenNoError();
    }

    private static string Place(string sale, int etaSeconds) => JsonSerializer.Serialize(new
    {
        sale,
        ticket = "a-ticket",
        state = "waiting",
        number = 9,
        ahead = 8,
        eta = new { lowSeconds = etaSeconds, highSeconds = etaSeconds + 10 },
        outlook = "likely",
        units = new { total = 5, available = 1, inCarts = 1, sold = 1 },
        saleState = "open",
        startsAt = "2026-01-01T00:00:00.000Z",
        serverTime = Wire.Format(TimeProvider.System.GetUtcNow()),
        nextPollMs = 50,
    }, Wire.Json);

    [Fact]
    public async Task Switched_off_again_or_never_on_it_stays_quiet()
    {
        var (visitor, sale) = await WaitsAsync(mayNotify: true);
        await using var _ = visitor;
        foreach (var option in new[] { "#sound", "#notify" })
        {
            await visitor.Page.ClickAsync(option);
            await Expect(visitor.Page.Locator(option)).ToHaveAttributeAsync("aria-pressed", "true");
            await visitor.Page.ClickAsync(option);
            await Expect(visitor.Page.Locator(option)).ToHaveAttributeAsync("aria-pressed", "false");
        }

        await TurnComesAsync(visitor, sale);

        Assert.Single(await visitor.Page.EvaluateAsync<string[]>("() => shown"));
        Assert.Equal(1, await visitor.Page.EvaluateAsync<int>("() => tones"));
    }
}
