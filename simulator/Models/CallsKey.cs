using System.Buffers.Binary;

using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>The public log of calls: as its bytes are.</summary>
internal sealed class CallsKey : ModelKey
{
    private byte[] _bytes = [];
    private int _length;

    public override string Type => "string";

    public override bool IsEmpty => _length == 0;

    /// <summary>APPEND, unless the log is full.</summary>
    /// <param name="key">A place's key, or a member of returning.</param>
    public void Add(string key, long nowMs, CallKind what)
    {
        if (_length >= Call.Most * Call.Bytes) return;
        if (_length + Call.Bytes > _bytes.Length) Array.Resize(ref _bytes, Math.Max(256, 2 * _bytes.Length));
        var at = _bytes.AsSpan(_length);
        BinaryPrimitives.WriteUInt32BigEndian(at, Convert.ToUInt32(key[..8], 16));
        BinaryPrimitives.WriteUInt32BigEndian(at[4..], Convert.ToUInt32(key[^8..], 16));
        BinaryPrimitives.WriteUInt32BigEndian(at[8..], (uint)(nowMs / 1000));
        at[12] = (byte)what;
        _length += Call.Bytes;
    }

    /// <summary>GETRANGE; both inclusive.</summary>
    public byte[] Range(long from, long to) => from >= _length ? [] : _bytes[(int)from..(int)Math.Min(to + 1, _length)];

    public override void Clear() => (_bytes, _length) = ([], 0);

    public override ModelKey Copy() => new CallsKey { _bytes = _bytes[.._length], _length = _length };

    public override RedisValue[] Content() => _length == 0 ? [] : [_bytes[.._length]];
}
