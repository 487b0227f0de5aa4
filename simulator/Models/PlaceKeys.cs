using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>
/// What has become of each number: 4 bits a number, the even one in the upper half of a byte.
/// </summary>
internal sealed class PlacesKey : ModelKey
{
    /// <summary>Redis' strings are no longer.</summary>
    private const long MaxBytes = 512L << 20;

    private byte[] _bytes = [];
    private int _length;

    public override string Type => "string";

    public override bool IsEmpty => _length == 0;

    /// <summary>BITFIELD GET; beyond the end is 0.</summary>
    public int Get(long number)
    {
        var at = At(number);
        if (at >= _length) return 0;
        return (number & 1) == 0 ? _bytes[at] >> 4 : _bytes[at] & 15;
    }

    /// <summary>BITFIELD SET: the string is as long as it must be.</summary>
    public void Set(long number, int state)
    {
        var at = At(number);
        if (at >= _bytes.Length) Array.Resize(ref _bytes, Math.Max(at + 1, 2 * _bytes.Length));
        _length = Math.Max(_length, at + 1);
        ref var two = ref _bytes[at];
        two = (number & 1) == 0 ? (byte)((two & 0x0f) | (state << 4)) : (byte)((two & 0xf0) | state);
    }

    public override void Clear() => (_bytes, _length) = ([], 0);

    public override ModelKey Copy() => new PlacesKey { _bytes = _bytes[.._length], _length = _length };

    public override RedisValue[] Content() => _length == 0 ? [] : [_bytes[.._length]];

    private static int At(long number) => number >= 0 && number / 2 < MaxBytes
        ? (int)(number / 2)
        : throw new RedisException("ERR bit offset is not an integer or out of range");
}

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

    /// <summary>ZREM.</summary>
    public void Remove(string member)
    {
        var at = _members.Count == 0 ? -1 : _members.BinarySearch(member, StringComparer.Ordinal);
        if (at >= 0) _members.RemoveAt(at);
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

/// <summary>A list of texts.</summary>
internal sealed class ListKey : ModelKey
{
    public ListKey() => Values = [];

    private ListKey(ListKey of) => Values = [.. of.Values];

    public List<RedisValue> Values { get; }

    public override string Type => "list";

    public override bool IsEmpty => Values.Count == 0;

    public override void Clear() => Values.Clear();

    public override ModelKey Copy() => new ListKey(this);

    public override RedisValue[] Content() => [.. Values];
}
