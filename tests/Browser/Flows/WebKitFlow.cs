using System.Drawing;

using FlashSale.Local.Processes;
using FlashSale.Tests.Support;

using OpenQA.Selenium;
using OpenQA.Selenium.Remote;

using Xunit;

namespace FlashSale.Tests.Browser.Flows;

/// <summary>WebKitGTK's own small browser, one for each flow, driven by its WebDriver on a display that nobody sees.</summary>
internal sealed class WebKitFlow : IFlowBrowser
{
    private static readonly Lazy<Task<(ChildProcess Process, string Folder, string Display)>> s_display = new(StartDisplayAsync);

    private readonly ChildProcess _process;
    private readonly string _folder;
    private readonly RemoteWebDriver _driver;
    private readonly List<string> _tabs;

    private WebKitFlow(ChildProcess process, string folder, RemoteWebDriver driver)
    {
        (_process, _folder, _driver) = (process, folder, driver);
        _tabs = [driver.CurrentWindowHandle];
    }

    public static async Task<IFlowBrowser> StartAsync(FlowOptions options)
    {
        var path = Programs.Find("WebKitWebDriver");
        Assert.True(path is not null, "WebKit is missing: apt-get install webkit2gtk-driver");
        var folder = Directory.CreateTempSubdirectory("flashsale-webkit-").FullName;
        // The toolbar of its window is wider than a small phone.
        var look = Directory.CreateDirectory(Path.Combine(folder, "config/gtk-3.0")).FullName;
        await File.WriteAllTextAsync(Path.Combine(look, "gtk.css"), "* { min-width: 0; padding: 0; margin: 0; font-size: 4px; }");
        var port = FreePort.Next();
        var process = await ChildProcess.StartAsync(new ChildStart(path, [$"--port={port}"], Path.Combine(folder, "log"),
            new Dictionary<string, string>
            {
                ["DISPLAY"] = (await s_display.Value).Display,
                ["HOME"] = folder,
                ["XDG_RUNTIME_DIR"] = folder,
                ["XDG_CONFIG_HOME"] = Path.Combine(folder, "config"),
                ["GTK_THEME"] = options.Dark ? "Adwaita:dark" : "Adwaita",
                ["LIBGL_ALWAYS_SOFTWARE"] = "1",
                ["LANG"] = "C.UTF-8",
            }));
        var service = new Uri($"http://127.0.0.1:{port}/");
        using var http = new HttpClient();
        await WaitFor.TrueAsync(async () =>
        {
            try
            {
                return (await http.GetAsync(new Uri(service, "status"))).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return process.HasExited ? throw new InvalidOperationException(process.LogTail()) : false;
            }
        }, "WebKit's driver answers");
        var driver = await Task.Run(() => new RemoteWebDriver(service, new WebKitOptions(options.NoScript)));
        driver.Manage().Window.Size = new Size(options.Width, FlowOptions.Height);
        return new WebKitFlow(process, folder, driver);
    }

    public Task GoAsync(Uri url) => Task.Run(() => _driver.Navigate().GoToUrl(url));

    public Task BackAsync() => Task.Run(() => _driver.Navigate().Back());

    public Task ReloadAsync() => Task.Run(() => _driver.Navigate().Refresh());

    public Task OpenTabAsync(Uri url) => Task.Run(() =>
    {
        _driver.SwitchTo().NewWindow(WindowType.Tab);
        _tabs.Add(_driver.CurrentWindowHandle);
        _driver.Navigate().GoToUrl(url);
    });

    public Task ShowTabAsync(int tab) => Task.Run(() => _driver.SwitchTo().Window(_tabs[tab]));

    public Task<string?> AskAsync(string expression) => Task.Run(() =>
    {
        try
        {
            return (string?)_driver.ExecuteScript($"const it = {expression}; return it == null ? null : String(it);");
        }
        catch (Exception error) when (error is JavaScriptException or NoSuchFrameException or UnknownErrorException)
        {
            return null;
        }
    });

    public async ValueTask DisposeAsync()
    {
        await Task.Run(_driver.Quit);
        _driver.Dispose();
        await _process.StopAsync(TimeSpan.FromSeconds(5));
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal static async Task EndAsync()
    {
        if (!s_display.IsValueCreated || !s_display.Value.IsCompletedSuccessfully) return;
        var (process, folder, _) = await s_display.Value;
        await process.StopAsync(TimeSpan.FromSeconds(5));
        await process.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(ChildProcess, string, string)> StartDisplayAsync()
    {
        var path = Programs.Find("Xvfb");
        Assert.True(path is not null, "Xvfb is missing: apt-get install xvfb");
        var folder = Directory.CreateTempSubdirectory("flashsale-display-").FullName;
        // It chooses a free number, and says it.
        var process = await ChildProcess.StartAsync(new ChildStart(
            path, ["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], Path.Combine(folder, "log")));
        string? number = null;
        await WaitFor.TrueAsync(() =>
        {
            if (process.HasExited) throw new InvalidOperationException(process.LogTail());
            number = process.LogTail().Split('\n').FirstOrDefault(line => line.Length > 0 && line.All(char.IsAsciiDigit));
            return number is not null;
        }, "a display is there");
        return (process, folder, $":{number}");
    }

    private sealed class WebKitOptions(bool noScript) : DriverOptions
    {
        public override ICapabilities ToCapabilities()
        {
            string[] arguments = noScript ? ["--automation", "--enable-javascript=false"] : ["--automation"];
            var capabilities = GenerateDesiredCapabilities(true);
            capabilities.SetCapability("webkitgtk:browserOptions", new Dictionary<string, object>
            {
                ["binary"] = Directory.EnumerateFiles("/usr/lib", "MiniBrowser", SearchOption.AllDirectories).First(),
                ["args"] = arguments,
            });
            return capabilities;
        }
    }
}
