using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Embedding;

/// <summary>A sample storefront in its own process, which ends with this one however that ends.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private const string Secret = "a secret of the demo storefront, 32+";
    private static readonly HttpClient s_http = new();
    private readonly ChildProcess _process;
    private readonly string _log;

    private SampleProcess(ChildProcess process, string log, Uri url) => (_process, _log, Url) = (process, log, url);

    public Uri Url { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Task<SampleProcess> AspNetCoreAsync(Uri edge) => StartAsync(
        Repository.DotNet, [Repository.Program("samples/aspnetcore", "FlashSale.Sample.AspNetCore")], url => new()
        {
            ["ASPNETCORE_URLS"] = url,
            ["WaitingRoom__Edge"] = edge.ToString(),
            ["WaitingRoom__Storefront"] = "demo",
            ["WaitingRoom__Sale"] = "xphone",
            ["WaitingRoom__ApiKey"] = FakeEdge.ApiKey,
            ["WaitingRoom__EnqueueSecret"] = Secret,
        });

    public static async Task<SampleProcess> NodeAsync(Uri edge)
    {
        await NodePackages.InstallAsync(Cancel);
        var server = Path.Combine(Repository.Root, "samples/node/server.mjs");
        return await StartAsync(NodePackages.Program("node"), [server], url => new()
        {
            ["PORT"] = $"{new Uri(url).Port}",
            ["EDGE"] = edge.ToString(),
            ["API_KEY"] = FakeEdge.ApiKey,
            ["ENQUEUE_SECRET"] = Secret,
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        File.Delete(_log);
    }

    private static async Task<SampleProcess> StartAsync(
        string program, string[] arguments, Func<string, Dictionary<string, string>> environment)
    {
        var (log, url) = (Path.GetTempFileName(), $"http://127.0.0.1:{FreePort.Next()}");
        var process = await ChildProcess.StartAsync(new ChildStart(program, arguments, log, environment(url)));
        return await Whole.StartAsync(
            new SampleProcess(process, log, new Uri(url)),
            _ => WaitFor.TrueAsync(() => IsUpAsync(process, url), $"{program} {arguments[0]} answers"));
    }

    private static async Task<bool> IsUpAsync(ChildProcess process, string url)
    {
        if (process.HasExited) throw new InvalidOperationException(process.LogTail());
        try
        {
            return (await s_http.GetAsync($"{url}/health/live", Cancel)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
