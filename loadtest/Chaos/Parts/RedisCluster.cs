using FlashSale.Local.Servers;

namespace FlashSale.LoadTest.Chaos.Parts;

/// <summary>The line on a Redis Cluster of three primaries, each with a replica that takes over.</summary>
internal sealed class RedisCluster : IPart
{
    private const string Part = "Redis";

    private readonly RedisNodes _nodes;

    private RedisCluster(RedisNodes nodes)
    {
        _nodes = nodes;
        Faults =
        [
            new(Part, "kill a Redis primary",
                own => OneFault.DoneAsync(KillPrimaryAsync(own))) { TroublesRedis = true, LosesRedisData = true },
            new(Part, "pause a Redis primary",
                own => OneFault.DoneAsync(PausePrimaryAsync(own))) { TroublesRedis = true, LosesRedisData = true },
            new(Part, "hand a Redis primary's slots to its replica",
                own => OneFault.DoneAsync(HandOverAsync(own))) { TroublesRedis = true },
            new(Part, "move a slot of the Redis Cluster", own => OneFault.DoneAsync(MoveSlotAsync(own))) { TroublesRedis = true },
            new(Part, "FLUSHALL",
                own => OneFault.DoneAsync(_nodes.TellPrimariesAsync("FLUSHALL"))) { TroublesRedis = true, LosesRedisData = true },
            new(Part, "SCRIPT FLUSH", own => OneFault.DoneAsync(_nodes.TellPrimariesAsync("SCRIPT", "FLUSH"))),
        ];
    }

    public string ForServices => _nodes.ConnectionString;

    public string ForChecker => ForServices;

    public IReadOnlyList<ChaosFault> Faults { get; }

    public static async Task<IPart> StartAsync() => new RedisCluster(await RedisNodes.StartClusterAsync(replicated: true));

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    private async Task KillPrimaryAsync(OneFault own)
    {
        var primary = await OneAsync(own);
        await _nodes.KillAsync(primary.Port);
        await Task.Delay(own.Seconds(0, 6), own.Cancel);
        await _nodes.RestartAsync(primary.Port);
        await _nodes.WholeAsync();
    }

    /// <summary>Longer than the others' patience with it, and shorter: then it comes back and believes for a moment that it leads.</summary>
    private async Task PausePrimaryAsync(OneFault own)
    {
        var primary = await OneAsync(own);
        _nodes.Pause(primary.Port);
        await own.ForAsync(own.Seconds(0.5, 6), () => _nodes.Resume(primary.Port));
        await _nodes.WholeAsync();
    }

    private async Task HandOverAsync(OneFault own)
    {
        await _nodes.HandOverAsync(await OneAsync(own));
        await _nodes.WholeAsync();
    }

    private async Task MoveSlotAsync(OneFault own)
    {
        var primaries = await _nodes.PrimariesAsync();
        var from = own.Next(primaries.Count);
        await RedisNodes.MoveSlotAsync(primaries[from], primaries[(from + 1) % primaries.Count]);
        await _nodes.WholeAsync();
    }

    private async Task<ClusterNode> OneAsync(OneFault own)
    {
        var primaries = await _nodes.PrimariesAsync();
        return primaries[own.Next(primaries.Count)];
    }
}
