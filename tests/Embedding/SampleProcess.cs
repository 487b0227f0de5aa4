using System.Diagnostics;
using System.Text.RegularExpressions;

using Xunit;

namespace FlashSale.Tests.Embedding;

/// <summary>A sample storefront in its own process, on a port of its choice.</summary>
internal sealed partial class SampleProcess : IAsyncDisposable
{
    private static readonly SemaphoreSlim s_installing = new(1, 1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly List<string> _said = [];

    private SampleProcess(Process process) => _process = process;

    public Uri Url { get; private set; } = null!;
    public Uri Protected => new(Url, "/buy");
    public string Said => string.Join('\n', _said);

    public static Task<SampleProcess> AspNetCoreAsync(Uri edge) => StartAsync(
        "dotnet", [Path.Combine(Root, "samples/aspnetcore/bin", Configuration, "net10.0/FlashSale.Sample.AspNetCore.dll")], new()
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["WaitingRoom__Edge"] = edge.ToString(),
            ["WaitingRoom__Storefront"] = "demo",
            ["WaitingRoom__Sale"] = "xphone",
            ["WaitingRoom__ApiKey"] = FakeEdge.ApiKey,
            ["WaitingRoom__EnqueueSecret"] = "a secret of the demo storefront, 32+",
        });

    public static async Task<SampleProcess> NodeAsync(Uri edge)
    {
        var folder = Path.Combine(Root, "samples/node");
        await InstallAsync(folder);
        return await StartAsync("node", [Path.Combine(folder, "server.mjs")], new()
        {
            ["EDGE"] = edge.ToString(),
            ["API_KEY"] = FakeEdge.ApiKey,
            ["ENQUEUE_SECRET"] = "a secret of the demo storefront, 32+",
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<SampleProcess> StartAsync(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sample = new SampleProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        sample._process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException(sample.Said));
        sample._process.OutputDataReceived += (_, line) => sample.Hear(line.Data, listening);
        sample._process.ErrorDataReceived += (_, line) => sample.Hear(line.Data, listening);
        sample._process.Start();
        sample._process.BeginOutputReadLine();
        sample._process.BeginErrorReadLine();
        sample.Url = await listening.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        return sample;
    }

    private void Hear(string? line, TaskCompletionSource<Uri> listening)
    {
        if (line is null) return;
        lock (_said) _said.Add(line);
        var address = Listening().Match(line);
        if (address.Success) listening.TrySetResult(new Uri(address.Groups[1].Value));
    }

    private static async Task InstallAsync(string folder)
    {
        await s_installing.WaitAsync();
        try
        {
            if (Directory.Exists(Path.Combine(folder, "node_modules/jose"))) return;
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--silent"])
            {
                WorkingDirectory = folder,
            })!;
            await npm.WaitForExitAsync();
            Assert.Equal(0, npm.ExitCode);
        }
        finally
        {
            s_installing.Release();
        }
    }

    // tests/bin/<configuration>/net10.0/
    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
    public static string Root => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));

    [GeneratedRegex(@"[Ll]istening on:? (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
