using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>Members in order, all with the score 0: few at a time.</summary>
internal sealed class ReturningKey : ModelKey
{
    private readonly List<string> _members;

    public ReturningKey() => _members = [];

    private ReturningKey(ReturningKey of) => _members = [.. of._members];

    public override string Type => "zset";

    public override bool IsEmpty => _members.Count == 0;

    public int Count => _members.Count;

    /// <summary>ZADD, where it is not yet; ZRANK.</summary>
    public int Add(string member)
    {
        var at = _members.BinarySearch(member, StringComparer.Ordinal);
        if (at < 0) _members.Insert(at = ~at, member);
        return at;
    }

    /// <summary>ZADD; false when it is there already.</summary>
    public bool TryAdd(string member)
    {
        var before = _members.Count;
        Add(member);
        return _members.Count > before;
    }

    /// <summary>ZREM; false when it is not there.</summary>
    public bool Remove(string member)
    {
        var at = _members.Count == 0 ? -1 : _members.BinarySearch(member, StringComparer.Ordinal);
        if (at >= 0) _members.RemoveAt(at);
        return at >= 0;
    }

    /// <summary>The first so many.</summary>
    public RedisValue[] First(long count)
    {
        var members = new RedisValue[Math.Clamp(count, 0, _members.Count)];
        for (var i = 0; i < members.Length; i++) members[i] = _members[i];
        return members;
    }

    public override void Clear() => _members.Clear();

    public override ModelKey Copy() => new ReturningKey(this);

    public override RedisValue[] Content()
    {
        var content = new RedisValue[2 * _members.Count];
        for (var i = 0; i < _members.Count; i++) (content[2 * i], content[2 * i + 1]) = (_members[i], 0);
        return content;
    }
}
