using FlashSale.Local;
using FlashSale.Local.Hosts;
using FlashSale.Local.Processes;
using FlashSale.Local.Servers;

using MySqlConnector;

namespace FlashSale.LoadTest.Chaos.Parts;

/// <summary>The ledger on one server: behind a link that is ours to cut, or on a host of its own, whose network is.</summary>
internal sealed class OneMariaDb : IPart
{
    private const string Part = "MariaDB", Link = "link to MariaDB";

    private readonly PrivateMariaDb _server;
    private readonly FaultProxy? _link;

    private OneMariaDb(string folder, Host? host)
    {
        _server = new PrivateMariaDb(new MariaDbSettings
        {
            Folder = Path.Combine(folder, "mysql"),
            LogFile = Path.Combine(folder, "mysql.log"),
            Port = FreePort.Next(),
            Password = Guid.NewGuid().ToString("N"),
            Host = host ?? Host.Local,
            From = host is null ? "127.0.0.1" : "%",
        });
        _link = host is null ? new FaultProxy(_server.Port) : null;
        Faults =
        [
            new(Part, "kill MariaDB", own => OneFault.DoneAsync(RestartAsync(own))),
            new(Part, "pause MariaDB", own => own.PauseAsync(_server.Process!.Pid, own.Seconds(0.5, 4))),
            .. _link is null ? [] : new ChaosFault[]
            {
                new(Link, "take MariaDB's connections", TakeConnectionsAsync),
                new(Link, "stall the link to MariaDB", own => own.CutAsync(_link, LinkState.Stalled)),
                new(Link, "reset the link to MariaDB", own => own.CutAsync(_link, LinkState.Refusing)),
                new(Link, "slow the link to MariaDB", own => own.SlowAsync(_link)),
                new(Link, "cut half of the links to MariaDB", own => own.CutHalfAsync(_link)),
                new(Link, "lose MariaDB's answers", _ => OneFault.LoseAnswers(_link)),
            },
        ];
    }

    public string ForServices => _link is null
        ? ForChecker : new MySqlConnectionStringBuilder(ForChecker) { Port = (uint)_link.Port }.ConnectionString;

    public string ForChecker => _server.ConnectionString;

    public IReadOnlyList<ChaosFault> Faults { get; }

    public static async Task<IPart> StartAsync(string folder, Host? host, CancellationToken cancel) =>
        await Whole.StartAsync(new OneMariaDb(folder, host), part => part._server.StartAsync(cancel));

    public async ValueTask DisposeAsync()
    {
        if (_link is not null) await _link.DisposeAsync();
        await _server.DisposeAsync();
    }

    /// <summary>Starts again with what it had written.</summary>
    private async Task RestartAsync(OneFault own)
    {
        await _server.Process!.KillAsync();
        await Task.Delay(own.Seconds(0, 2), own.Cancel);
        await _server.StartAsync(own.Cancel);
    }

    /// <summary>Every connection is cut and hardly any new one is let in, as a server out of connections does.</summary>
    private Task<bool> TakeConnectionsAsync(OneFault own)
    {
        _link!.MostConnections = 2;
        _link.Reset();
        return own.ForAsync(own.Seconds(1, 4), () => _link.MostConnections = FaultProxy.MaxConnections);
    }
}
