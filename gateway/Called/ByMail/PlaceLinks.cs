using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Called.ByMail;

/// <summary>
/// Signs and checks what links in mails say, by keys made from those of the tickets. Base64url of: kind and key id (1 + 1
/// bytes), until when (4), epoch (4), number (4), moves (1), the text, and an HMAC-SHA256 cut to 128 bits over the sale's
/// id, a zero and all bytes before it.
/// </summary>
public sealed class PlaceLinks(TicketSigner tickets, LedgerClock clock)
{
    /// <summary>What a link is called in an address.</summary>
    public const string Parameter = "link";

    /// <summary>How long a link is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private const int HeaderBytes = 15, MacBytes = 16;

    /// <summary>What fits into an address everywhere.</summary>
    private const int MaxText = 700, MaxBytes = HeaderBytes + MaxText + MacBytes;

    private readonly IReadOnlyList<(byte Id, byte[] Key)> _keys = tickets.KeysFor("place link");

    /// <exception cref="ArgumentOutOfRangeException">The text is longer than a link may be.</exception>
    public string Sign(SaleId sale, PlaceLinkKind kind, Place place, byte moves, ReadOnlySpan<byte> text)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, MaxText);
        var bytes = new byte[HeaderBytes + text.Length + MacBytes];
        (bytes[0], bytes[1]) = ((byte)kind, _keys[0].Id);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(2), (uint)(clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        place.Write(bytes.AsSpan(6));
        bytes[14] = moves;
        text.CopyTo(bytes.AsSpan(HeaderBytes));
        Mac(_keys[0].Key, sale, bytes.AsSpan(..^MacBytes)).CopyTo(bytes.AsSpan(^MacBytes));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Null for what is no link of this sale that we have signed; one that is too old is told with the others.</summary>
    public PlaceLink? Read(SaleId sale, string? text)
    {
        var bytes = new byte[MaxBytes];
        if (text is null || text.Length > Base64Url.GetEncodedLength(MaxBytes)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done
            || length < HeaderBytes + MacBytes) return null;
        var signed = bytes.AsSpan(0, length - MacBytes);
        var id = signed[1];
        if (_keys.FirstOrDefault(key => key.Id == id).Key is not { } key
            || !CryptographicOperations.FixedTimeEquals(Mac(key, sale, signed), bytes.AsSpan(length - MacBytes, MacBytes)))
            return null;
        return new PlaceLink(
            (PlaceLinkKind)signed[0], DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(signed[2..])),
            Place.Read(signed[6..]), signed[14], bytes.AsMemory(HeaderBytes, length - MacBytes - HeaderBytes));
    }

    private static byte[] Mac(byte[] key, SaleId sale, ReadOnlySpan<byte> signed) =>
        HMACSHA256.HashData(key, (byte[])[.. Encoding.ASCII.GetBytes(sale.Value), 0, .. signed])[..MacBytes];
}
