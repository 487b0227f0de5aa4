using System.Net.Sockets;

using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Xunit;

namespace FlashSale.Tests.Embedding;

/// <summary>A real proxy with a recipe of deploy/, between a shop and an edge that knows one cookie.</summary>
internal sealed class GatedShop : IAsyncDisposable
{
    private readonly TaskCompletionSource _frozen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _edge = null!;
    private WebApplication _shop = null!;
    private ChildProcess? _process;

    /// <summary>For the proxy's configuration and whatever it writes.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("flashsale-proxy-").FullName;

    public Uri Url { get; private set; } = null!;

    /// <summary>The edge answers nothing any more, as behind a lost network.</summary>
    public bool EdgeIsFrozen { get; set; }

    /// <param name="configure">Writes the configuration for an origin into the folder, and says the program's arguments.</param>
    public static async Task<GatedShop> StartAsync(string program, Func<GatedShop, Uri, string[]> configure)
    {
        var gated = new GatedShop { _edge = App(), _shop = App() };
        gated._edge.MapGet("/gate/verify", gated.VerifyAsync);
        gated._edge.MapFallback("{**path}", () => "edge");
        // All that the most lenient reader of names takes for the gate's word.
        gated._shop.MapFallback("{**path}", (HttpContext http) => $"shop: {string.Concat(http.Request.Headers
            .Where(header => string.Concat(header.Key.Where(char.IsAsciiLetterOrDigit))
                .StartsWith("XFlashSale", StringComparison.OrdinalIgnoreCase) && header.Value != "xphone").Select(header => header.Value))}");
        await gated._edge.StartAsync();
        await gated._shop.StartAsync();
        return await Whole.StartAsync(gated, made => made.RunAsync(program, configure));
    }

    /// <summary>A file of the repository with this edge and this shop in it.</summary>
    public string Recipe(string file) => File.ReadAllText(Path.Combine(Repository.Root, file))
        .Replace("127.0.0.1:8080", new Uri(_edge.Urls.Single()).Authority, StringComparison.Ordinal)
        .Replace("127.0.0.1:3000", new Uri(_shop.Urls.Single()).Authority, StringComparison.Ordinal);

    /// <summary>What the line's pages load comes from the edge; a shop's own files stay the shop's.</summary>
    public static async Task SharesTheOriginAsync(ShopBrowser browser)
    {
        string[] edges = ["/line/xphone", "/sales/xphone/ticket", "/waitingroom.js", "/waitingroom-work.js", "/.well-known/jwks.json"];
        foreach (var path in edges)
            Assert.Equal("edge", await (await browser.GoAsync(path)).TextAsync());
        foreach (var path in new[] { "/assets/app.css", "/assets/", "/lines/", "/waitingroom" })
            Assert.Equal("shop: ", await (await browser.GoAsync(path)).TextAsync());
    }

    public Task StopEdgeAsync()
    {
        _frozen.TrySetResult(); // or it would wait for those that it has not answered
        return _edge.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _frozen.TrySetResult();
        if (_process is not null) await _process.DisposeAsync();
        await _edge.DisposeAsync();
        await _shop.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    // The real edge's answers, for one good cookie.
    private async Task VerifyAsync(HttpContext http)
    {
        if (EdgeIsFrozen) await _frozen.Task;
        var (request, response) = (http.Request, http.Response);
        if (request.Cookies["fs-admission-xphone"] == "good")
        {
            (response.Headers["X-FlashSale-Shopper"], response.Headers["X-FlashSale-Admission"]) = ("anna", "");
            response.Headers["X-FlashSale-Sale"] = "xphone";
            response.StatusCode = 204;
            return;
        }

        var asked = request.Headers["X-Original-URI"].FirstOrDefault() ?? request.Headers["X-Forwarded-Uri"].ToString();
        var line = $"/line/{request.Query["sale"]}?returnUrl={Uri.EscapeDataString(asked)}";
        response.Headers["X-FlashSale-Line-Url"] = line;
        var person = request.Query["answer"] == "redirect" && request.Headers["X-Forwarded-Method"] == "GET"
            && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
        if (person)
        {
            response.Redirect(line);
            return;
        }

        response.StatusCode = 401;
        await response.WriteAsync("{}");
    }

    private async Task RunAsync(string program, Func<GatedShop, Uri, string[]> configure)
    {
        var path = Programs.Find(program);
        Assert.True(path is not null, $"{program} is not installed");
        Url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        _process = await ChildProcess.StartAsync(new ChildStart(path, configure(this, Url), $"{Folder}/{program}.log",
            new Dictionary<string, string> { ["HOME"] = Folder, ["XDG_DATA_HOME"] = Folder, ["XDG_CONFIG_HOME"] = Folder }));
        await WaitFor.TrueAsync(
            () => _process.HasExited ? throw new InvalidOperationException(_process.LogTail()) : Answers(Url), $"{program} answers");
    }

    private static bool Answers(Uri url)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(url.Host, url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static WebApplication App()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }
}
