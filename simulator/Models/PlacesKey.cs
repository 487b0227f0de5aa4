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
