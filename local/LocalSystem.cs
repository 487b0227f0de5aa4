using FlashSale.Local.Hosts;
using FlashSale.Local.Processes;

namespace FlashSale.Local;

/// <summary>The whole system as children of this process.</summary>
public sealed class LocalSystem : IAsyncDisposable
{
    private static readonly TimeSpan s_readyLimit = TimeSpan.FromSeconds(120);

    /// <summary>A service waits for its servers; one that ends this often before it was ready has another reason.</summary>
    private const int MostDeaths = 3;
    private static readonly TimeSpan s_readyPause = TimeSpan.FromMilliseconds(100);

    /// <summary>A service ends within this, in-flight requests included.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly DataFolder _data;
    private readonly Secrets _secrets;
    private readonly SystemServers _servers;
    private readonly HostMap _hosts = HostMap.FromEnvironment();
    private readonly Topology _topology;
    private readonly Supervisor _supervisor;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly IReadOnlyList<Watched> _edges;
    private readonly IReadOnlyList<Watched> _waitingRooms;
    private readonly IReadOnlyList<Watched> _checkouts;
    private readonly Watched _simulator;

    public LocalSystem(SystemOptions options, DataFolder data, Secrets secrets)
    {
        (_data, _secrets) = (data, secrets);
        _servers = new SystemServers(data, secrets);
        _topology = new Topology(options, secrets, _servers.Redis, _servers.MySql, data.Keys, _hosts);
        _topology.CheckPorts();
        _supervisor = new Supervisor(WriteStateAsync);
        _edges = [.. _topology.Edges.Select(Watch)];
        _waitingRooms = [.. _topology.WaitingRooms.Select(Watch)];
        _checkouts = [.. _topology.Checkouts.Select(Watch)];
        _simulator = Watch(_topology.Simulator);
    }

    public string EdgeUrl => _topology.EdgeUrls[0];

    /// <summary>Starts everything; returns when every service says that it is ready.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await Task.WhenAll(_servers.Watched.Select(server => _supervisor.StartAsync(server, cancel)));
        foreach (var service in Services) await _supervisor.StartAsync(service, cancel);
        await WaitUntilReadyAsync(cancel);
    }

    /// <summary>Starts the sample storefronts, which need the system to run.</summary>
    public async Task StartSamplesAsync(CancellationToken cancel)
    {
        _samples = await Samples.PrepareAsync(EdgeUrl, _secrets, _data, cancel);
        foreach (var sample in _samples.Children) await _supervisor.StartAsync(sample, cancel);
        foreach (var sample in _samples.Running) Console.WriteLine($"Sample {sample.Name}: {sample.Url}");
    }

    /// <summary>Writes who runs where; from then on it is written again whenever that changes.</summary>
    public Task PublishAsync(CancellationToken cancel)
    {
        _published = true;
        return WriteStateAsync(cancel);
    }

    /// <summary>Ends every child: first who takes requests, then the servers.</summary>
    public async ValueTask DisposeAsync()
    {
        await _supervisor.StopAsync(Services, _servers.Watched);
        await _supervisor.DisposeAsync();
        await _servers.DisposeAsync();
        File.Delete(_data.StateFile);
        _writing.Dispose();
    }

    private bool _published;
    private Samples? _samples;

    private IReadOnlyList<Watched> Services =>
        [.. _samples?.Children ?? [], _simulator, .. _checkouts, .. _waitingRooms, .. _edges];

    private Watched Watch(ServiceRecipe recipe) =>
        new(recipe.Name, _ => ChildProcess.StartAsync(recipe.Start(_data, _hosts.Of(recipe.Name))), s_patience);

    private async Task WriteStateAsync(CancellationToken cancel)
    {
        if (!_published) return;
        await _writing.WaitAsync(cancel);
        try
        {
            var state = new SystemState(
                Environment.ProcessId, _secrets.AdminKey, Running(_edges, _topology.EdgeUrls),
                Running(_waitingRooms, _topology.WaitingRoomUrls), Running(_checkouts, _topology.CheckoutUrls),
                new RunningService(_simulator.Pid, _topology.SimulatorUrl), _servers.RedisState, _servers.MySqlState,
                _samples?.Running);
            await state.WriteAsync(_data, cancel);
        }
        finally
        {
            _writing.Release();
        }
    }

    private static RunningService[] Running(IReadOnlyList<Watched> services, IReadOnlyList<string> urls) =>
        [.. services.Zip(urls, (service, url) => new RunningService(service.Pid, url))];

    private async Task WaitUntilReadyAsync(CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var urls = (string[])[.. _topology.EdgeUrls, .. _topology.WaitingRoomUrls, .. _topology.CheckoutUrls, _topology.SimulatorUrl];
        var waiting = TimeProvider.System.GetTimestamp();
        foreach (var url in urls)
        {
            string answer;
            while ((answer = await ReadyAsync(http, url, cancel)).Length > 0)
            {
                if (Services.FirstOrDefault(service => service.Deaths >= MostDeaths) is { } broken)
                    throw new CommandFailedException($"{broken.Name} does not start:\n{broken.Process!.LogTail()}");
                if (TimeProvider.System.GetElapsedTime(waiting) > s_readyLimit)
                    throw new CommandFailedException($"{url} is not ready: {answer} (logs: {_data.Path}/logs)");
                await Task.Delay(s_readyPause, cancel);
            }
        }
    }

    /// <summary>Empty when ready, else why not.</summary>
    private static async Task<string> ReadyAsync(HttpClient http, string url, CancellationToken cancel)
    {
        try
        {
            using var answer = await http.GetAsync($"{url}/health/ready", cancel);
            return answer.IsSuccessStatusCode
                ? ""
                : $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancel)}";
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return error.Message;
        }
    }
}
