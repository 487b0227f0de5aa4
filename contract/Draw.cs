using System.Security.Cryptography;
using System.Text;

namespace FlashSale.Contract;

/// <summary>What the order of a shuffled sale is drawn by, and what is published of it beforehand (docs/order.md).</summary>
public static class Draw
{
    /// <summary>SHA-256 of the seed and the beacon's name, in hex: neither can be another one afterwards.</summary>
    /// <param name="seed">In base64.</param>
    /// <param name="beacon">Null without one.</param>
    public static string Commitment(string seed, string? beacon) => Convert.ToHexStringLower(
        SHA256.HashData([.. Convert.FromBase64String(seed), .. Encoding.UTF8.GetBytes(beacon ?? "")]));

    /// <summary>The key of the permutation: the seed, or HMAC-SHA256 of the beacon's value by the seed.</summary>
    public static byte[] Key(string seed, string? beaconValue)
    {
        var bytes = Convert.FromBase64String(seed);
        return beaconValue is null ? bytes : HMACSHA256.HashData(bytes, Encoding.UTF8.GetBytes(beaconValue));
    }
}
