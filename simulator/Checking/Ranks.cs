using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

using FlashSale.Queue;

namespace FlashSale.Simulator.Checking;

/// <summary>
/// The published order of a shuffled sale, computed from its description and not by the line's own code: rank − 1 is
/// number − 1 after eight rounds of a Feistel network over two halves of w bits, again while it is not below M.
/// </summary>
internal sealed class Ranks(byte[] seed)
{
    private readonly Dictionary<(int Round, int Bits, uint Right), uint> _rounds = [];

    /// <summary>The calling position of a number when <paramref name="count"/> numbers were shuffled.</summary>
    public long Of(uint number, long count)
    {
        if (number > count) return number;
        var bits = Math.Max(4, (64 - BitOperations.LeadingZeroCount((ulong)count - 1) + 1) / 2);
        var x = (ulong)number - 1;
        do
        {
            var (left, right) = ((uint)(x >> bits), (uint)(x & ((1UL << bits) - 1)));
            for (var round = 0; round < 8; round++) (left, right) = (right, left ^ Round(round, bits, right));
            x = ((ulong)left << bits) + right;
        } while (x >= (ulong)count);
        return (long)x + 1;
    }

    /// <summary>Of an epoch that was lost before its order was known: random by the same seed.</summary>
    public long OfLost(Place place)
    {
        var text = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(text, place.Epoch);
        BinaryPrimitives.WriteUInt32BigEndian(text.AsSpan(4), place.Number);
        return BinaryPrimitives.ReadUInt32BigEndian(HMACSHA256.HashData(seed, text)) >> 1;
    }

    private uint Round(int round, int bits, uint right)
    {
        if (_rounds.TryGetValue((round, bits, right), out var known)) return known;
        var text = new byte[5];
        text[0] = (byte)round;
        BinaryPrimitives.WriteUInt32BigEndian(text.AsSpan(1), right);
        var mixed = BinaryPrimitives.ReadUInt32BigEndian(HMACSHA256.HashData(seed, text)) & ((1u << bits) - 1);
        return _rounds[(round, bits, right)] = mixed;
    }
}
