using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace FlashSale.Contract;

/// <summary>A sale's rule that joining costs a little work while many are joining.</summary>
/// <param name="Bits">How much: about 2^bits hashes. 16 takes a phone some tenths of a second.</param>
/// <param name="AboveJoinsPerSecond">Asked for while more than this join at an edge; 0 = always.</param>
public sealed record ProofOfWork(int Bits = 16, int AboveJoinsPerSecond = 100)
{
    /// <summary>About a million hashes: some seconds of a slow phone.</summary>
    public const int MaxBits = 20;
    public const int MaxJoinsPerSecond = 1_000_000;

    /// <summary>More than any edge asks for (<see cref="MaxBits"/> and more for a crowded network).</summary>
    private const int MostBits = 32;

    /// <summary>Whether SHA-256 of the proof, <c>challenge.number</c>, begins with so many zero bits.</summary>
    public static bool IsDone(string proof, int bits)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(proof), hash);
        return BitOperations.LeadingZeroCount(BitConverter.ToUInt32([hash[3], hash[2], hash[1], hash[0]])) >= bits;
    }

    /// <summary>Does the work: the proof to join with.</summary>
    public static string Solve(string challenge, int bits, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, MostBits);
        for (var number = 0L; ; number++)
        {
            var proof = string.Create(CultureInfo.InvariantCulture, $"{challenge}.{number}");
            if (IsDone(proof, bits)) return proof;
            if ((number & 0xFFF) == 0) cancel.ThrowIfCancellationRequested();
        }
    }
}
