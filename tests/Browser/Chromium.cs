using Microsoft.Playwright;

using Xunit;

namespace FlashSale.Tests.Browser;

/// <summary>The distribution's Chromium, one for the test run, driven by Playwright. FLASHSALE_CHROMIUM names another.</summary>
public static class Chromium
{
    /// <summary>
    /// Two pages that Chromium keeps ready behind the address bar of every window: nobody sees them here, and each costs a process.
    /// </summary>
    private static readonly string[] s_unseen = ["WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup"];

    /// <summary>What Playwright turns off; of several lists Chromium reads the last one alone.</summary>
    private static readonly string[] s_off =
    [
        "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "DialMediaRouteProvider", "GlobalMediaControls",
        "HttpsUpgrades", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
        "BlockOriginHeaderModificationOnRedirect", "AvoidCorsURLLoaderRestartOnRedirect", "Translate", "AutoDeElevate",
        "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    ];

    private static readonly string[] s_flags =
    [
        "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-quic",
        $"--disable-features={string.Join(',', [.. s_off, .. s_unseen])}",
    ];

    private static readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> s_shared = new(StartAsync);

    public static async Task<IBrowser> SharedAsync() => (await s_shared.Value).Browser;

    internal static async Task EndAsync()
    {
        if (!s_shared.IsValueCreated || !s_shared.Value.IsCompletedSuccessfully) return;
        var (playwright, browser) = await s_shared.Value;
        await browser.CloseAsync();
        playwright.Dispose();
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        var path = Environment.GetEnvironmentVariable("FLASHSALE_CHROMIUM") ?? "/usr/bin/chromium";
        Assert.True(File.Exists(path), $"{path} is missing: apt-get install chromium, or set FLASHSALE_CHROMIUM");
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Headless = true, Args = s_flags }));
    }
}
