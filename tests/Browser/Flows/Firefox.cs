using System.Collections.Concurrent;

using FlashSale.Local.Processes;
using FlashSale.Tests.Support;

using WebDriverBiDi;
using WebDriverBiDi.Session;

using Xunit;

namespace FlashSale.Tests.Browser.Flows;

/// <summary>
/// The distribution's Firefox, one for all flows whose preferences are the same, driven by WebDriver BiDi, which it speaks itself.
/// </summary>
internal sealed class Firefox
{
    private const string Preferences =
        """
        user_pref("browser.shell.checkDefaultBrowser", false);
        user_pref("browser.startup.page", 0);
        user_pref("datareporting.policy.dataSubmissionEnabled", false);
        user_pref("network.captive-portal-service.enabled", false);
        user_pref("network.connectivity-service.enabled", false);
        user_pref("layout.css.prefers-color-scheme.content-override", {0});
        user_pref("javascript.enabled", {1});
        """;

    private static readonly ConcurrentDictionary<string, Lazy<Task<Firefox>>> s_running = new();

    private readonly ChildProcess _process;
    private readonly string _folder;

    private Firefox(ChildProcess process, string folder, BiDiDriver driver) => (_process, _folder, Driver) = (process, folder, driver);

    public BiDiDriver Driver { get; }

    public static Task<Firefox> SharedAsync(FlowOptions options)
    {
        var preferences = Preferences.Replace("{0}", options.Dark ? "0" : "1", StringComparison.Ordinal)
            .Replace("{1}", options.NoScript ? "false" : "true", StringComparison.Ordinal);
        return s_running.GetOrAdd(preferences, _ => new(() => StartAsync(preferences))).Value;
    }

    internal static async Task EndAsync()
    {
        foreach (var one in s_running.Values.Where(one => one.Value.IsCompletedSuccessfully))
        {
            var firefox = await one.Value;
            await firefox.Driver.DisposeAsync();
            await firefox._process.StopAsync(TimeSpan.FromSeconds(5));
            await firefox._process.DisposeAsync();
            Directory.Delete(firefox._folder, recursive: true);
        }
    }

    private static async Task<Firefox> StartAsync(string preferences)
    {
        var path = Programs.Find("firefox-esr", "firefox");
        Assert.True(path is not null, "Firefox is missing: apt-get install firefox-esr");
        var folder = Directory.CreateTempSubdirectory("flashsale-firefox-").FullName;
        var profile = Directory.CreateDirectory(Path.Combine(folder, "profile")).FullName;
        await File.WriteAllTextAsync(Path.Combine(profile, "user.js"), preferences);
        var port = FreePort.Next();
        var process = await ChildProcess.StartAsync(new ChildStart(
            path, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", $"{port}", "about:blank"],
            Path.Combine(folder, "log"), new Dictionary<string, string> { ["HOME"] = folder, ["MOZ_CRASHREPORTER_DISABLE"] = "1" }));
        await WaitFor.TrueAsync(
            () => process.HasExited ? throw new InvalidOperationException(process.LogTail())
                : process.LogTail().Contains("BiDi listening", StringComparison.Ordinal), "Firefox listens");
        var driver = new BiDiDriver(TimeSpan.FromSeconds(90));
        await driver.StartAsync($"ws://127.0.0.1:{port}/session");
        await driver.Session.NewSessionAsync(new NewCommandParameters());
        return new Firefox(process, folder, driver);
    }
}
