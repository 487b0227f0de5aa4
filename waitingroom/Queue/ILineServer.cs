using StackExchange.Redis;

namespace FlashSale.Queue;

/// <summary>What runs the line's scripts: Redis (<see cref="LineRedis"/>), or a model of it in virtual time.</summary>
public interface ILineServer
{
    /// <summary>Runs a script, whole or not at all.</summary>
    /// <exception cref="LineUnavailableException">Whether it ran is not known.</exception>
    Task<RedisResult> RunAsync(Script script, RedisKey[] keys, RedisValue[] values);

    /// <summary>Reads a hash.</summary>
    /// <exception cref="LineUnavailableException">There is no answer.</exception>
    Task<HashEntry[]> ReadAsync(RedisKey hash);
}
