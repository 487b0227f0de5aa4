using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FlashSale.Queue;

/// <summary>
/// The order of a shuffled sale: a keyed permutation of 1..M that anybody can check once the seed is published.
/// <para>
/// Let w = max(4, half the bits of M−1, rounded up). Take x = number − 1 as two halves of w bits, (L, R) = (x ≫ w, x mod 2^w).
/// Eight times, i = 0..7: (L, R) ← (R, L xor F(i, R)), where F(i, R) is the first four bytes (big-endian) of
/// HMAC-SHA256(seed, byte i ‖ R as four bytes, big-endian) mod 2^w. Then x ← L·2^w + R. Repeat all of it while x ≥ M
/// (cycle walking). The rank is x + 1.
/// </para>
/// The seed is published as SHA-256 before the start and as itself afterwards. The rounds are tables, so a look-up
/// costs some nanoseconds; the tables are 8·2^w entries (8,192 for a million).
/// </summary>
public sealed class Shuffle
{
    /// <summary>What the order above is called in public; another algorithm, or another version, has another name.</summary>
    public const string Algorithm = "feistel8-hmac-sha256-v1";

    private const int Rounds = 8;

    private readonly int _halfBits;
    private readonly uint _mask;
    private readonly uint[][] _round = new uint[Rounds][];

    /// <param name="seed">The sale's seed, 32 bytes.</param>
    /// <param name="count">M: how many numbers are shuffled, at most 2^31.</param>
    public Shuffle(ReadOnlySpan<byte> seed, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1L << 31);
        Count = count;
        var bits = count <= 1 ? 0 : 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)count - 1);
        _halfBits = Math.Max(4, (bits + 1) / 2);
        _mask = (1u << _halfBits) - 1;
        Span<byte> input = stackalloc byte[5];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        for (var i = 0; i < Rounds; i++)
        {
            var table = _round[i] = new uint[_mask + 1];
            input[0] = (byte)i;
            for (uint right = 0; right <= _mask; right++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(input[1..], right);
                HMACSHA256.HashData(seed, input, hash);
                table[right] = BinaryPrimitives.ReadUInt32BigEndian(hash) & _mask;
            }
        }
    }

    public long Count { get; }

    /// <summary>The rank of a number; itself when it is beyond M.</summary>
    public long RankOf(long number)
    {
        if (number > Count || number < 1) return number;
        var x = (ulong)number - 1;
        do x = Forward(x);
        while (x >= (ulong)Count);
        return (long)x + 1;
    }

    /// <summary>The number that has a rank; itself when it is beyond M.</summary>
    public long NumberAt(long rank)
    {
        if (rank > Count || rank < 1) return rank;
        var x = (ulong)rank - 1;
        do x = Backward(x);
        while (x >= (ulong)Count);
        return (long)x + 1;
    }

    /// <summary>
    /// The rank of a number of an epoch that Redis lost before its M was known: random by the same seed (31 bits).
    /// </summary>
    public static long LostRank(ReadOnlySpan<byte> seed, Place place)
    {
        Span<byte> input = stackalloc byte[Place.Bytes];
        place.Write(input);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(seed, input, hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash) >> 1;
    }

    private ulong Forward(ulong x)
    {
        var (left, right) = ((uint)(x >> _halfBits), (uint)x & _mask);
        for (var i = 0; i < Rounds; i++) (left, right) = (right, left ^ _round[i][right]);
        return ((ulong)left << _halfBits) | right;
    }

    private ulong Backward(ulong x)
    {
        var (left, right) = ((uint)(x >> _halfBits), (uint)x & _mask);
        for (var i = Rounds - 1; i >= 0; i--) (left, right) = (right ^ _round[i][left], left);
        return ((ulong)left << _halfBits) | right;
    }
}
