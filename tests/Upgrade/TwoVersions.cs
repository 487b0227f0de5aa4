using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Upgrade;

/// <summary>
/// Two of each service, on one database and one Redis: the first of each is the version before, the second is this one. Each
/// is started and stopped by itself.
/// </summary>
internal sealed class TwoVersions : IAsyncDisposable
{
    /// <summary>The index of what runs as the version before, and of what runs as this one.</summary>
    public const int Old = 0, New = 1;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    /// <summary>By address, with the name in logs.</summary>
    private readonly Dictionary<string, (string Name, ChildProcess Process)> _running = [];
    private readonly string _old = PreviousBuild.Root();
    private readonly DirectoryInfo _folder;
    private readonly DataFolder _data;
    private readonly Topology _topology;
    private readonly HttpClient _http = new();

    private TwoVersions(DirectoryInfo folder, Secrets secrets, string mySql)
    {
        (_folder, Secrets, MySql) = (folder, secrets, mySql);
        _data = new DataFolder(Path.Combine(folder.FullName, "data"));
        _data.Prepare(fresh: false);
        var options = new SystemOptions { Port = FreePort.Next(2), Edges = 2, WaitingRooms = 2, Checkouts = 2 };
        _topology = new Topology(options, secrets, TestRedis.CreateDatabase(), mySql, _data.Keys);
    }

    public Secrets Secrets { get; }

    public string MySql { get; }

    /// <summary>The edges that run.</summary>
    public LoadBalancer Edges { get; } = new();

    public string SimulatorUrl => _topology.SimulatorUrl;

    /// <summary>The version before, all of it.</summary>
    public static async Task<TwoVersions> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-upgrade-");
        return await Whole.StartAsync(new TwoVersions(folder, Secrets.New(), await TestMariaDb.CreateDatabaseAsync()), async system =>
        {
            await system.StartAsync(system._topology.Simulator, New);
            await system.StartCheckoutAsync(Old);
            await system.StartWaitingRoomAsync(Old);
            await system.StartEdgeAsync(Old);
        });
    }

    public Task StartCheckoutAsync(int version) => StartAsync(_topology.Checkouts.ElementAt(version), version);

    public Task StartWaitingRoomAsync(int version) => StartAsync(_topology.WaitingRooms.ElementAt(version), version);

    public async Task StartEdgeAsync(int version)
    {
        await StartAsync(_topology.Edges.ElementAt(version), version);
        Edges.Add(_topology.EdgeUrls[version]);
    }

    public Task StopCheckoutAsync(int version) => StopAsync(_topology.CheckoutUrls[version]);

    public Task StopWaitingRoomAsync(int version) => StopAsync(_topology.WaitingRoomUrls[version]);

    public Task StopEdgeAsync(int version)
    {
        Edges.Remove(_topology.EdgeUrls[version]);
        return StopAsync(_topology.EdgeUrls[version]);
    }

    /// <summary>Nothing has ended by itself.</summary>
    public void RequireAlive()
    {
        foreach (var (name, process) in _running.Values)
            Assert.False(process.HasExited, $"{name} ended:\n{process.LogTail()}");
    }

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", _running.Values.Select(service => service.Name));

    public async ValueTask DisposeAsync()
    {
        Edges.Dispose();
        foreach (var (_, process) in _running.Values) await process.DisposeAsync();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>As <c>up</c> starts it, with the program of its version; returns when it is ready.</summary>
    private async Task StartAsync(ServiceRecipe recipe, int version)
    {
        var start = recipe.Start(_data);
        if (version == Old)
        {
            var program = Path.Combine(_old, Path.GetRelativePath(Repository.Root, start.Arguments[0]));
            start = start with { Arguments = [program, .. start.Arguments.Skip(1)] };
        }

        var process = await ChildProcess.StartAsync(start);
        _running.Add(recipe.Url, ($"{recipe.Name} ({(version == Old ? "before" : "new")})", process));
        await WaitFor.TrueAsync(() =>
        {
            RequireAlive();
            return IsReadyAsync(recipe.Url);
        }, $"{recipe.Name} is ready");
    }

    /// <summary>As planned: it drains, then ends.</summary>
    private async Task StopAsync(string url)
    {
        _running.Remove(url, out var service);
        await service.Process.StopAsync(s_patience);
        Assert.Equal(0, service.Process.ExitCode);
        await service.Process.DisposeAsync();
    }

    private async Task<bool> IsReadyAsync(string url)
    {
        try
        {
            using var answer = await _http.GetAsync($"{url}/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // It does not listen yet.
        }
    }
}
