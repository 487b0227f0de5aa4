using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>A string of bits: who is in line, or has left it.</summary>
internal sealed class BitsKey : ModelKey
{
    private byte[] _bytes = [];

    public override string Type => "string";

    public override bool IsEmpty => _bytes.Length == 0;

    /// <summary>SETBIT to 1: the string is as long as it must be.</summary>
    public void SetBit(long at)
    {
        Grow(at / 8 + 1);
        _bytes[at / 8] |= (byte)(0x80 >> (int)(at % 8));
    }

    /// <summary>SETRANGE.</summary>
    public void SetRange(long at, byte[] bytes)
    {
        if (bytes.Length == 0) return;
        Grow(at + bytes.Length);
        bytes.CopyTo(_bytes, at);
    }

    /// <summary>GETRANGE to the end.</summary>
    public byte[] From(long at) => at < _bytes.Length ? _bytes[(int)at..] : [];

    public override void Clear() => _bytes = [];

    public override ModelKey Copy() => new BitsKey { _bytes = [.. _bytes] };

    public override RedisValue[] Content() => _bytes.Length == 0 ? [] : [_bytes.AsSpan().ToArray()];

    private void Grow(long length)
    {
        if (length > _bytes.Length) Array.Resize(ref _bytes, checked((int)length));
    }
}
