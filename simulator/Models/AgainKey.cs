using System.Text;

using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>Shopper → when they took another number: few at a time. A character of a shopper is one of its bytes.</summary>
internal sealed class AgainKey : ModelKey
{
    private readonly Dictionary<string, long> _times;

    public AgainKey() => _times = [];

    private AgainKey(AgainKey of) => _times = new(of._times);

    public override string Type => "zset";

    public override bool IsEmpty => _times.Count == 0;

    /// <summary>ZSCORE.</summary>
    public long? At(string shopper) => _times.TryGetValue(shopper, out var at) ? at : null;

    /// <summary>ZADD.</summary>
    public void Set(string shopper, long at) => _times[shopper] = at;

    /// <summary>ZREMRANGEBYSCORE.</summary>
    public void RemoveUpTo(long at)
    {
        foreach (var (shopper, time) in _times)
            if (time <= at) _times.Remove(shopper);
    }

    public override void Clear() => _times.Clear();

    public override ModelKey Copy() => new AgainKey(this);

    public override RedisValue[] Content() =>
    [
        .. _times.OrderBy(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .SelectMany(pair => new RedisValue[] { Encoding.Latin1.GetBytes(pair.Key), pair.Value }),
    ];
}
