using System.Net;

using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Tests.Embedding;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Connectors;

/// <summary>A shop in processes of its own, made of a connector's package and a program of its README.</summary>
internal sealed class ConnectorShop : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private ChildProcess? _process;

    private ConnectorShop(string folder, Uri origin) => (Folder, Origin) = (folder, origin);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Folder { get; }

    public Uri Origin { get; }

    /// <summary>The protected page.</summary>
    public Uri Url => new(Origin, "/buy");

    /// <summary>A connector's folder in the repository.</summary>
    public static string Package(string name) => Path.Combine(Repository.Root, "connectors", name);

    /// <summary>The n-th program of a README, as its reader would fill it in.</summary>
    /// <param name="shared">Where its processes keep what they share.</param>
    /// <param name="edit">What else the reader changes.</param>
    public static string Program(
        string connector, string language, int number, Uri edge, Uri origin, string shared, Func<string, string>? edit)
    {
        var program = File.ReadAllText(Path.Combine(Package(connector), "README.md")).Split($"```{language}\n")[number].Split("```")[0]
            .Replace("https://line.example", edge.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("https://shop.example", origin.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("my-shop\"", "demo\"", StringComparison.Ordinal).Replace("my-shop'", "demo'", StringComparison.Ordinal)
            .Replace("fsk_…", FakeEdge.ApiKey, StringComparison.Ordinal)
            .Replace("/var/lib/my-shop/flashsale", shared, StringComparison.Ordinal);
        return edit is null ? program : edit(program);
    }

    /// <summary>Runs a tool to its end.</summary>
    public static async Task RunAsync(string folder, string program, params string[] arguments)
    {
        var path = Programs.Find(program);
        Assert.True(path is not null, $"{program} is not installed");
        await using var tool = await ChildProcess.StartAsync(new ChildStart(path, arguments, Path.Combine(folder, $"{program}.log"),
            new Dictionary<string, string> { ["COMPOSER_ALLOW_SUPERUSER"] = "1", ["PIP_NO_CACHE_DIR"] = "1" }));
        await tool.Exited.WaitAsync(s_patience, Cancel);
        Assert.True(tool.ExitCode == 0, tool.LogTail());
    }

    /// <summary>Starts the shop's processes, and waits until they answer.</summary>
    /// <param name="write">Writes the program for the shop's origin into the folder, and says how it is run.</param>
    public static async Task<ConnectorShop> StartAsync(string folder, Func<Uri, IReadOnlyList<string>> write, Dictionary<string, string> environment)
    {
        var shop = new ConnectorShop(folder, new Uri($"http://127.0.0.1:{FreePort.Next()}"));
        var command = write(shop.Origin);
        var program = Programs.Find(command[0]);
        Assert.True(program is not null, $"{command[0]} is not installed");
        environment["PORT"] = $"{shop.Origin.Port}";
        return await Whole.StartAsync(shop, async made =>
        {
            made._process = await ChildProcess.StartAsync(
                new ChildStart(program, [.. command.Skip(1)], Path.Combine(folder, $"{made.Origin.Port}.log"), environment));
            await WaitFor.TrueAsync(made.AnswersAsync, $"the shop of {command[0]} answers");
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }

    private async Task<bool> AnswersAsync()
    {
        if (_process!.HasExited) throw new InvalidOperationException(_process.LogTail());
        try
        {
            return (await s_http.GetAsync(Url, Cancel)).StatusCode == HttpStatusCode.Unauthorized;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
