using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Challenges;

/// <summary>
/// Makes challenges and checks proofs without remembering either. A challenge is base64url of version, key id and bits
/// (1 byte each), expiry (4, epoch seconds), the number after which it buys another (4) and an HMAC-SHA256 cut to 128 bits
/// over these, the sale and the shopper. So a proof is good for that sale and shopper alone, at every edge, and for one
/// number: shown again it gives the place that they have.
/// </summary>
public sealed class ChallengeSigner(TicketSigner keys)
{
    private const byte Version = 2;
    private const int HeaderBytes = 11;
    private const int MacBytes = 16;
    private const int TextLength = ((HeaderBytes + MacBytes) * 4 + 2) / 3;

    /// <summary>Of a proof: the challenge, a dot and a number of JavaScript's.</summary>
    private const int MaxLength = TextLength + 1 + 16;
    private const int MaxIdBytes = 64 + ShopperId.MaxLength;

    /// <summary>A slow phone's most unlucky try, and a lost connection.</summary>
    private static readonly TimeSpan s_life = TimeSpan.FromMinutes(5);

    private readonly IReadOnlyList<(byte Id, byte[] Key)> _keys = keys.KeysFor("a challenge at joining");

    /// <param name="after">The number that the shopper had before; 0 for none.</param>
    public Challenge Make(SaleId sale, ShopperId shopper, uint after, int bits, DateTimeOffset now)
    {
        var expires = (uint)(now + s_life).ToUnixTimeSeconds();
        Span<byte> bytes = stackalloc byte[HeaderBytes + MacBytes];
        (bytes[0], bytes[1], bytes[2]) = (Version, _keys[0].Id, (byte)bits);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[3..], expires);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[7..], after);
        Mac(_keys[0].Key, bytes[..HeaderBytes], sale, shopper, bytes[HeaderBytes..]);
        return new Challenge(Base64Url.EncodeToString(bytes), bits, DateTimeOffset.FromUnixTimeSeconds(expires));
    }

    /// <summary>Whether the work was asked of this shopper for this sale, in time, and has been done.</summary>
    /// <param name="leastBits">Work that was asked for earlier counts unless it is less than this.</param>
    /// <param name="after">The number after which it buys another; 0 for the first.</param>
    public bool IsProof(string proof, SaleId sale, ShopperId shopper, int leastBits, DateTimeOffset now, out uint after)
    {
        after = 0;
        Span<byte> bytes = stackalloc byte[HeaderBytes + MacBytes];
        if (proof.Length is <= TextLength + 1 or > MaxLength || proof[TextLength] != '.'
            || proof.AsSpan(TextLength + 1).ContainsAnyExceptInRange('0', '9')
            || !FixedBase64Url.TryDecode(proof.AsSpan(0, TextLength), bytes) || bytes[0] != Version || bytes[2] < leastBits
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[3..]) < now.ToUnixTimeSeconds())
            return false;

        after = BinaryPrimitives.ReadUInt32BigEndian(bytes[7..]);
        Span<byte> mac = stackalloc byte[MacBytes];
        foreach (var (id, key) in _keys)
        {
            if (id != bytes[1]) continue;
            Mac(key, bytes[..HeaderBytes], sale, shopper, mac);
            return CryptographicOperations.FixedTimeEquals(mac, bytes[HeaderBytes..]) && ProofOfWork.IsDone(proof, bytes[2]);
        }

        return false;
    }

    private static void Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> header, SaleId sale, ShopperId shopper, Span<byte> to)
    {
        Span<byte> input = stackalloc byte[HeaderBytes + MaxIdBytes + 1];
        header.CopyTo(input);
        var length = HeaderBytes + Encoding.ASCII.GetBytes(sale.Value, input[HeaderBytes..]);
        input[length++] = 0;
        length += Encoding.ASCII.GetBytes(shopper.Value, input[length..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, input[..length], hash);
        hash[..MacBytes].CopyTo(to);
    }
}
