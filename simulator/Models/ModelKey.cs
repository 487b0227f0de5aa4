using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>
/// A key of <see cref="RedisModel"/>: one class for each use, with its values as what they mean.
/// </summary>
internal abstract class ModelKey
{
    /// <summary>As TYPE tells it.</summary>
    public virtual string Type => "hash";

    /// <summary>There is no such key.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>DEL.</summary>
    public abstract void Clear();

    public abstract ModelKey Copy();

    /// <summary>
    /// A hash as fields and values, a sorted set as members and scores, a list, or one string.
    /// </summary>
    public abstract RedisValue[] Content();
}
