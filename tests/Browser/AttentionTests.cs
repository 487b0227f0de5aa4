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
        window.shown = []; window.tones = 0;
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
        await visitor.SeesAsync("You are next");
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

        var shown = Assert.Single(await visitor.Page.EvaluateAsync<string[]>("() => shown"));
        Assert.StartsWith("It is your turn! | A phone: A unit is set aside for you.", shown, StringComparison.Ordinal);
        Assert.Equal(7, await visitor.Page.EvaluateAsync<int>("() => tones"));
        visitor.HasSeenNoError();
    }

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

        Assert.Empty(await visitor.Page.EvaluateAsync<string[]>("() => shown"));
        Assert.Equal(1, await visitor.Page.EvaluateAsync<int>("() => tones"));
    }
}
