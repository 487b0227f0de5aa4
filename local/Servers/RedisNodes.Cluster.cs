using System.Globalization;

using FlashSale.Local.Processes;

using StackExchange.Redis;

namespace FlashSale.Local.Servers;

/// <content>What only a Cluster can do, or be made to.</content>
public sealed partial class RedisNodes
{
    private const int Primaries = 3, Slots = 16_384;

    /// <summary>Of a line of CLUSTER NODES.</summary>
    private const int WordsWithoutSlots = 8;

    /// <summary>Three primaries that share the slots.</summary>
    /// <param name="replicated">Each has a replica, which takes over soon after its primary has gone silent.</param>
    public static Task<RedisNodes> StartClusterAsync(bool replicated = false) =>
        Whole.StartAsync(new RedisNodes(), nodes => StartClusterAsync(nodes, replicated));

    private static async Task StartClusterAsync(RedisNodes nodes, bool replicated)
    {
        int[] ports = [.. Enumerable.Range(0, Primaries * (replicated ? 2 : 1)).Select(_ => FreePort.Next())];
        foreach (var port in ports)
            await nodes.StartAsync(port, "--cluster-enabled", "yes", "--cluster-config-file", $"nodes-{port}.conf",
                "--cluster-node-timeout", replicated ? "1500" : "10000", "--cluster-port", $"{FreePort.Next()}",
                "--cluster-require-full-coverage", "no");
        for (var i = 0; i < ports.Length; i++)
        {
            if (i < Primaries)
            {
                var (from, to) = (Slots * i / Primaries, Slots * (i + 1) / Primaries - 1);
                await AskAsync(ports[i], "CLUSTER", "ADDSLOTSRANGE", from, to);
            }

            if (i == 0) continue;
            var bus = nodes._nodes[ports[0]].Arguments.SkipWhile(text => text != "--cluster-port").ElementAt(1);
            await AskAsync(ports[i], "CLUSTER", "MEET", "127.0.0.1", ports[0], bus);
        }

        for (var i = Primaries; i < ports.Length; i++)
        {
            var (replica, primary) = (ports[i], (string)(await AskAsync(ports[i - Primaries], "CLUSTER", "MYID"))!);
            await Until.TrueAsync(async () =>
                ((string)(await AskAsync(replica, "CLUSTER", "NODES"))!).Contains(primary, StringComparison.Ordinal),
                "the nodes know each other");
            await AskAsync(replica, "CLUSTER", "REPLICATE", primary);
        }

        nodes.ConnectionString = string.Join(',', ports.Select(port => $"127.0.0.1:{port}"));
        await nodes.WholeAsync();
    }

    /// <summary>Of a Cluster: waits until every node runs, sees all slots served, and every replica has what its primary has.</summary>
    public Task WholeAsync() => Until.TrueAsync(async () =>
    {
        foreach (var port in _nodes.Keys)
        {
            var info = (string)(await AskAsync(port, "CLUSTER", "INFO"))!;
            if (!info.Contains($"cluster_slots_ok:{Slots}", StringComparison.Ordinal)
                || !info.Contains("cluster_state:ok", StringComparison.Ordinal)
                || !info.Contains($"cluster_known_nodes:{_nodes.Count}", StringComparison.Ordinal)
                || ((string)(await AskAsync(port, "INFO", "replication"))!).Contains("master_link_status:down", StringComparison.Ordinal))
                return false;
        }

        return true;
    }, "the Cluster is whole");

    /// <summary>Of a Cluster: those that serve slots now, as the first node that runs sees it.</summary>
    public async Task<IReadOnlyList<ClusterNode>> PrimariesAsync()
    {
        var seen = (string)(await AskAsync(_nodes.First(node => !node.Value.Process.HasExited).Key, "CLUSTER", "NODES"))!;
        return [.. seen.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .Where(node => node.Length > WordsWithoutSlots
                && node[2].Contains("master", StringComparison.Ordinal) && !node[2].Contains("fail", StringComparison.Ordinal))
            .Select(node => new ClusterNode(node[0], int.Parse(node[1].Split('@')[0].Split(':')[1], CultureInfo.InvariantCulture)))];
    }

    /// <summary>Of a Cluster: a primary's replica takes over; the primary, if it is there, helps that nothing be lost.</summary>
    public async Task HandOverAsync(ClusterNode primary)
    {
        var replicas = await AskAsync(primary.Port, "CLUSTER", "REPLICAS", primary.Id);
        var replica = int.Parse(((string)replicas[0]!).Split(' ')[1].Split('@')[0].Split(':')[1], CultureInfo.InvariantCulture);
        await AskAsync(replica, "CLUSTER", "FAILOVER");
        await Until.TrueAsync(async () => (await PrimariesAsync()).Any(node => node.Port == replica), "the replica has taken over");
    }

    /// <summary>Of a Cluster: the slot of a key that the first has goes to the second, keys and all, while both are asked.</summary>
    public static async Task MoveSlotAsync(ClusterNode from, ClusterNode to)
    {
        if ((string?)await AskAsync(from.Port, "RANDOMKEY") is not { } key) return;
        var slot = (int)await AskAsync(from.Port, "CLUSTER", "KEYSLOT", key);
        await AskAsync(to.Port, "CLUSTER", "SETSLOT", slot, "IMPORTING", from.Id);
        await AskAsync(from.Port, "CLUSTER", "SETSLOT", slot, "MIGRATING", to.Id);
        for (RedisResult keys; (keys = await AskAsync(from.Port, "CLUSTER", "GETKEYSINSLOT", slot, 10)).Length > 0;)
            await AskAsync(from.Port, "MIGRATE", ["127.0.0.1", to.Port, "", 0, 5000, "KEYS", .. (RedisKey[])keys!]);
        await AskAsync(to.Port, "CLUSTER", "SETSLOT", slot, "NODE", to.Id);
        await AskAsync(from.Port, "CLUSTER", "SETSLOT", slot, "NODE", to.Id);
    }

    /// <summary>Asks every node that is a primary.</summary>
    public async Task TellPrimariesAsync(string command, params object[] arguments)
    {
        foreach (var node in await PrimariesAsync()) await AskAsync(node.Port, command, arguments);
    }

    public void Pause(int port) => Signals.Pause(_nodes[port].Process.Pid);

    public void Resume(int port) => Signals.Resume(_nodes[port].Process.Pid);

    /// <summary>The node of a Cluster that has this key.</summary>
    public async Task<int> NodeOfAsync(RedisKey key)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(ConnectionString);
        var endpoint = (System.Net.IPEndPoint)redis.GetServers()[0].ClusterConfiguration!.GetBySlot(key)!.EndPoint!;
        return endpoint.Port;
    }
}
