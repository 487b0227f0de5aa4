using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FlashSale.Checkout.Reservations;

/// <summary>
/// The number a buyer quotes: <c>FS-XXXX-XXXX-XXXX</c>, 60 bits of the reservation id's hash in Crockford's alphabet.
/// Derived, so that selling again after a lost answer gives the same one.
/// </summary>
public static class OrderNumber
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string For(Guid reservation)
    {
        Span<byte> id = stackalloc byte[16];
        reservation.TryWriteBytes(id, bigEndian: true, out _);
        var bits = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(id));
        Span<char> text = stackalloc char[17];
        "FS-XXXX-XXXX-XXXX".CopyTo(text);
        for (var at = 3; at < text.Length; at++)
        {
            if (text[at] == '-') continue;
            text[at] = Alphabet[(int)(bits & 31)];
            bits >>= 5;
        }
        return new string(text);
    }
}
