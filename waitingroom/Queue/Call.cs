using System.Buffers.Binary;

namespace FlashSale.Queue;

/// <summary>An entry of the public log of calls: what happened to a place, and when (Redis' clock, whole seconds).</summary>
public readonly record struct Call(Place Place, DateTimeOffset At, CallKind What)
{
    /// <summary>Epoch, number, seconds since 1970 (4 bytes each, big-endian) and what (1).</summary>
    public const int Bytes = 13;

    /// <summary>Entries of a log, or a few more; what happens later is not in it (<c>prelude.lua</c>).</summary>
    public const int Most = 5_000_000;

    /// <summary>Reads what <c>log_calls</c> wrote; what is not whole yet is left.</summary>
    public static IReadOnlyList<Call> Parse(ReadOnlySpan<byte> bytes)
    {
        var calls = new Call[bytes.Length / Bytes];
        for (var i = 0; i < calls.Length; i++)
        {
            var one = bytes.Slice(i * Bytes, Bytes);
            calls[i] = new Call(
                Place.Read(one),
                DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(one[8..])), (CallKind)one[12]);
        }

        return calls;
    }
}
