using FlashSale.Local.Servers;

namespace FlashSale.LoadTest.Chaos.Parts;

/// <summary>The line on a primary and a replica, which three Sentinels promote.</summary>
internal sealed class RedisSentinels : IPart
{
    private const string Part = "Redis";

    private readonly RedisNodes _nodes;

    private RedisSentinels(RedisNodes nodes)
    {
        _nodes = nodes;
        Faults =
        [
            new(Part, "kill the Redis primary",
                own => OneFault.DoneAsync(FailOverAsync(own))) { TroublesRedis = true, LosesRedisData = true },
            new(Part, "kill a Sentinel",
                own => OneFault.DoneAsync(_nodes.RestartAsync(_nodes.Sentinels[own.Next(_nodes.Sentinels.Count)]))),
        ];
    }

    public string ForServices => _nodes.ConnectionString;

    public string ForChecker => ForServices;

    public IReadOnlyList<ChaosFault> Faults { get; }

    public static async Task<IPart> StartAsync() => new RedisSentinels(await RedisNodes.StartSentinelsAsync());

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    private async Task FailOverAsync(OneFault own)
    {
        await _nodes.FailOverAsync();
        await Task.Delay(own.Seconds(0, 3), own.Cancel);
        await _nodes.TakeBackAsync();
    }
}
