using FlashSale.LoadTest.Chaos.Parts;
using FlashSale.Local;
using FlashSale.Local.Hosts;
using FlashSale.Local.Processes;

namespace FlashSale.LoadTest.Chaos;

/// <summary>A system with two of every service, whose line, ledger and network are ours to break.</summary>
internal sealed class ChaosSystem : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flashsale-chaos-");
    private readonly bool _isPlain;
    private readonly DataFolder _data;
    private HostNetwork? _network;
    private IPart? _line, _ledger;
    private ChildProcess? _up;

    private ChaosSystem(bool isPlain) => (_isPlain, _data) = (isPlain, new DataFolder(In("data")));

    /// <summary>Past the links: for the checker, never for the services.</summary>
    public string MySql => _ledger!.ForChecker;

    /// <summary>What can be done to it.</summary>
    public IReadOnlyList<ChaosFault> Faults { get; private set; } = [];

    /// <summary>Of these, what only a system on such servers and hosts shows; all, if it stands on one of each.</summary>
    public IReadOnlyList<ChaosFault> OwnFaults => _isPlain ? Faults : [.. Faults.Except(ChaosFault.OfServices)];

    public static Task<ChaosSystem> StartAsync(ChaosLayout layout, CancellationToken cancel) =>
        Whole.StartAsync(new ChaosSystem(layout == new ChaosLayout()), system => system.StartPartsAsync(layout, cancel));

    /// <summary>Who runs where now; the supervisor's restarts change it.</summary>
    public async Task<SystemState> StateAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (await SystemState.ReadAsync(_data, cancel) is { } state) return state;
            if (_up is null or { HasExited: true })
                throw new CommandFailedException($"the system ended:\n{_up?.LogTail()}");
            await Task.Delay(s_pause, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_up is not null)
        {
            await _up.StopAsync(s_patience);
            await _up.DisposeAsync();
        }

        if (_line is not null) await _line.DisposeAsync();
        if (_ledger is not null) await _ledger.DisposeAsync();
        if (_network is not null) await _network.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StartPartsAsync(ChaosLayout layout, CancellationToken cancel)
    {
        if (layout.Hosts) _network = await HostNetwork.CreateAsync(NetworkFaults.Hosts, NetworkFaults.Services, _folder.FullName);
        await Task.WhenAll(StartLineAsync(layout.Line, cancel), StartLedgerAsync(layout.Ledger, cancel));
        Faults =
        [
            .. ChaosFault.OfServices, .. _line!.Faults, .. _ledger!.Faults,
            .. _network is null ? [] : new NetworkFaults(_network).All,
        ];
        await UpAsync(cancel);
    }

    private async Task StartLineAsync(LineKind kind, CancellationToken cancel) => _line = kind switch
    {
        LineKind.Cluster => await RedisCluster.StartAsync(),
        LineKind.Sentinel => await RedisSentinels.StartAsync(),
        _ => await OneRedis.StartAsync(_folder.FullName, _network?[NetworkFaults.Redis], cancel),
    };

    private async Task StartLedgerAsync(LedgerKind kind, CancellationToken cancel) => _ledger = kind switch
    {
        LedgerKind.Galera => await Galera.StartAsync(),
        _ => await OneMariaDb.StartAsync(_folder.FullName, _network?[NetworkFaults.MariaDb], cancel),
    };

    private async Task UpAsync(CancellationToken cancel)
    {
        const int each = NetworkFaults.OfEach;
        var environment = new Dictionary<string, string>
        {
            ["FLASHSALE_REDIS"] = _line!.ForServices,
            ["FLASHSALE_MYSQL"] = _ledger!.ForServices,
        };
        if (_network is not null)
        {
            _network.Map.Write(In("hosts.json"));
            environment[HostMap.Variable] = In("hosts.json");
        }

        _up = await ChildProcess.StartAsync(new ChildStart(
            Repository.DotNet,
            [
                Repository.Command, "up", "--data", _data.Path, "--port", $"{FreePort.Next(each)}",
                "--edges", $"{each}", "--waitingrooms", $"{each}", "--checkouts", $"{each}",
            ],
            In("up.log"), environment));
        await StateAsync(cancel);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
