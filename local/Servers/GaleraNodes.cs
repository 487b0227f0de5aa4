using System.Globalization;

using FlashSale.Local.Processes;

using MySqlConnector;

namespace FlashSale.Local.Servers;

/// <summary>
/// Three MariaDB nodes that replicate by Galera, on one port of 127.0.0.11 to 127.0.0.13. They begin as copies of one node, so that
/// none has to be sent all data.
/// </summary>
public sealed class GaleraNodes : IAsyncDisposable
{
    public const int Nodes = 3;
    private const int MostStarts = 10;
    private const string NewCluster = "--wsrep-new-cluster", Recovered = "Recovered position:";

    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("flashsale-galera-").FullName;
    private readonly int _port = FreePort.Next(), _group = FreePort.Next(), _missed = FreePort.Next(), _all = FreePort.Next();
    private readonly string _password = Guid.NewGuid().ToString("N");
    private readonly bool[] _killed = new bool[Nodes];
    private readonly ChildProcess?[] _processes = new ChildProcess?[Nodes];

    private GaleraNodes()
    {
    }

    public static Task<GaleraNodes> StartAsync() => Whole.StartAsync(new GaleraNodes(), nodes => nodes.StartAllAsync());

    /// <summary>Waits until every node sees all.</summary>
    public Task WholeAsync() => Until.TrueAsync(
        async () => (await Task.WhenAll(Enumerable.Range(0, Nodes).Select(SizeAsync))).All(size => size == Nodes), "the cluster is whole");

    /// <summary>Of some nodes: the first one that answers is used.</summary>
    public string ConnectionString(params int[] nodes) => new MySqlConnectionStringBuilder
    {
        Server = string.Join(',', nodes.Select(Address)),
        LoadBalance = MySqlLoadBalance.FailOver,
        Port = (uint)_port,
        UserID = "flashsale",
        Password = _password,
        Database = "flashsale",
    }.ConnectionString;

    /// <summary>Starts a node that has left, and waits until it has what it missed.</summary>
    public async Task StartAsync(int node, bool isFirst = false)
    {
        // One that comes back before the others have noticed that it was gone may give up, and is started again as by any supervisor.
        for (var starts = 1; ; starts++)
        {
            _processes[node] = await LaunchAsync(node, isFirst ? [NewCluster] : await PositionAsync(node));
            if (await ReadyAsync(node)) return;
            Check(starts < MostStarts, _processes[node]!);
            await _processes[node]!.DisposeAsync();
        }
    }

    /// <summary>The node leaves in order.</summary>
    public Task StopAsync(int node) => _processes[node]!.StopAsync(s_stopPatience);

    /// <summary>The node is gone at once.</summary>
    public Task KillAsync(int node)
    {
        _killed[node] = true;
        return _processes[node]!.KillAsync();
    }

    /// <summary>The node is silent, as behind a cut link.</summary>
    public void Pause(int node) => Signals.Pause(_processes[node]!.Pid);

    public void Resume(int node) => Signals.Resume(_processes[node]!.Pid);

    /// <summary>How many nodes this one sees; 0: it does not answer, or belongs to a part that has no majority.</summary>
    public async Task<int> SizeAsync(int node)
    {
        try
        {
            await using var connection = new MySqlConnection(ConnectionString(node) + ";Pooling=false;Connection Timeout=3");
            await connection.OpenAsync();
            var status = new Dictionary<string, string>();
            await using var command = new MySqlCommand("SHOW STATUS LIKE 'wsrep%'", connection);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) status[reader.GetString(0)] = reader.GetString(1);
            return status["wsrep_ready"] == "ON" ? int.Parse(status["wsrep_cluster_size"], CultureInfo.InvariantCulture) : 0;
        }
        catch (MySqlException)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (process is null) continue;
            await process.KillAsync();
            await process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAllAsync()
    {
        await InstallAsync();
        await Task.WhenAll(Enumerable.Range(0, Nodes).Select(node => StartAsync(node, isFirst: node == 0)));
        await WholeAsync();
    }

    private static string Address(int node) => $"127.0.0.{11 + node}";

    private string Folder(int node) => Path.Combine(_folder, $"node{node}");

    private string Log(int node) => Path.Combine(_folder, $"node{node}.log");

    private string Data(int node) => Path.Combine(Folder(node), "data");

    /// <summary>The first node makes the database and its user; the others are copies of it.</summary>
    private async Task InstallAsync()
    {
        Directory.CreateDirectory(Path.Combine(Folder(0), "tmp"));
        var init = Path.Combine(_folder, "init.sql");
        // RELOAD, to keep a node from applying; the database's own grant comes last, since it says that all is there.
        await File.WriteAllTextAsync(init,
            $"""
            CREATE DATABASE flashsale CHARACTER SET utf8mb4;
            CREATE USER 'flashsale'@'127.0.0.1' IDENTIFIED BY '{_password}';
            GRANT RELOAD ON *.* TO 'flashsale'@'127.0.0.1';
            GRANT ALL ON `flashsale%`.* TO 'flashsale'@'127.0.0.1';

            """);
        var installer = await ChildProcess.StartAsync(Child(0, "mariadb-install-db",
            ["--no-defaults", .. AsRoot, $"--datadir={Data(0)}", "--skip-test-db", "--auth-root-authentication-method=socket"]));
        await installer.Exited;
        Check(installer.ExitCode == 0, installer);
        var first = _processes[0] = await LaunchAsync(0, [NewCluster, $"--init-file={init}"]);
        Check(await ReadyAsync(0), first);
        await first.StopAsync(s_stopPatience);
        // The rsync that tells the end of a transfer writes as nobody, to a node that has missed something too.
        Open(_folder, (UnixFileMode)0b111_101_101);
        Open(Data(0), (UnixFileMode)0b111_111_111);
        for (var node = 1; node < Nodes; node++)
        {
            foreach (var file in Directory.GetFiles(Folder(0), "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(Folder(node), Path.GetRelativePath(Folder(0), file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            Directory.CreateDirectory(Path.Combine(Folder(node), "tmp"));
            Open(Data(node), (UnixFileMode)0b111_111_111);
        }
    }

    private static void Open(string folder, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, mode);
    }

    /// <summary>Where a killed node's own data ends, as its service unit finds out: the others send it what is newer, and not all.</summary>
    private async Task<string[]> PositionAsync(int node)
    {
        if (!_killed[node]) return [];
        await using (var recovering = await LaunchAsync(node, ["--wsrep-recover"])) await recovering.Exited;
        var position = (await File.ReadAllLinesAsync(Log(node))).Last(line => line.Contains(Recovered, StringComparison.Ordinal));
        return [$"--wsrep-start-position={position[(position.LastIndexOf(Recovered, StringComparison.Ordinal) + Recovered.Length)..].Trim()}"];
    }

    /// <summary>False when it has ended instead.</summary>
    private async Task<bool> ReadyAsync(int node)
    {
        await Until.TrueAsync(async () => _processes[node]!.HasExited || await SizeAsync(node) > 0, $"node {node} is ready");
        return !_processes[node]!.HasExited;
    }

    private void Check(bool isTrue, ChildProcess process)
    {
        if (isTrue) return;
        var ended = Enumerable.Range(0, Nodes).Where(node => _processes[node]?.HasExited is true).Select(node => $"node {node} has ended");
        throw new InvalidOperationException($"{string.Join(", ", ended)}; the log:\n{process.LogTail()}");
    }

    private Task<ChildProcess> LaunchAsync(int node, string[] more) => ChildProcess.StartAsync(Child(node, "mariadbd",
    [
        "--no-defaults", .. AsRoot, $"--datadir={Data(node)}", $"--port={_port}", $"--bind-address={Address(node)}", "--socket=mariadb.sock",
        "--pid-file=mariadb.pid", "--skip-name-resolve", "--character-set-server=utf8mb4", "--binlog-format=ROW",
        "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", "--innodb-autoinc-lock-mode=2",
        "--wsrep-on=ON", "--wsrep-provider=/usr/lib/galera/libgalera_smm.so", "--wsrep-cluster-name=flashsale",
        $"--wsrep-cluster-address=gcomm://{string.Join(',', Enumerable.Range(0, Nodes).Select(one => $"{Address(one)}:{_group}"))}",
        $"--wsrep-node-address={Address(node)}", $"--wsrep-node-name=node{node}", "--wsrep-sst-method=rsync",
        $"--wsrep-sst-receive-address={Address(node)}:{_all}",
        // A node that is silent for three seconds is out, so that a split is seen soon; a machine with much to do takes two seconds for
        // a beat now and then, and two nodes that lose each other while the third is away lose the cluster.
        $"--wsrep-provider-options=gmcast.listen_addr=tcp://{Address(node)}:{_group};ist.recv_addr={Address(node)}:{_missed};gcache.size=16M;"
            + "evs.keepalive_period=PT0.3S;evs.join_retrans_period=PT0.3S;evs.suspect_timeout=PT3S;evs.inactive_timeout=PT6S;"
            + "evs.install_timeout=PT6S;evs.inactive_check_period=PT0.3S",
        .. more,
    ]));

    private ChildStart Child(int node, string program, IReadOnlyList<string> arguments) => new(
        Programs.Find(program) ?? throw new InvalidOperationException($"{program} is missing: apt-get install mariadb-server"), arguments,
        Log(node), new Dictionary<string, string> { ["TMPDIR"] = Path.Combine(Folder(node), "tmp") });

    private static string[] AsRoot => Environment.UserName == "root" ? ["--user=root"] : [];
}
