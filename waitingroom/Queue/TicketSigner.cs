using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;

namespace FlashSale.Queue;

/// <summary>
/// Signs and checks tickets. A ticket is base64url of: version and key id (1 + 1 bytes), epoch (4), number (4), in the
/// second version how often the place has moved (1), the shopper's id (1–128), and an HMAC-SHA256 cut to 128 bits over
/// the sale's id, a zero and all bytes before it. The sale is not in the ticket: it is in the cookie's name or the path, and the MAC binds it.
/// </summary>
public sealed class TicketSigner
{
    private const byte Version = 1;

    /// <summary>Of a place that has moved.</summary>
    private const byte MovedVersion = 2;

    private const int HeaderBytes = 10;
    private const int MacBytes = 16;
    private const int MaxBytes = HeaderBytes + 1 + ShopperId.MaxLength + MacBytes;
    private const int MaxSaleBytes = 64;

    /// <summary>Longer texts are not tickets.</summary>
    public const int MaxLength = (MaxBytes * 4 + 2) / 3;

    /// <summary>Keyed once for each thread: setting a key up costs more than the MAC of a ticket.</summary>
    [ThreadStatic] private static (TicketSigner Owner, IncrementalHash[] Macs)? t_macs;

    private readonly (byte Id, byte[] Key)[] _keys;

    /// <summary>Keys for another purpose made from these, in the same order and with the same ids.</summary>
    public IReadOnlyList<(byte Id, byte[] Key)> KeysFor(string purpose) =>
        [.. _keys.Select(key => (key.Id, HMACSHA256.HashData(key.Key, Encoding.ASCII.GetBytes(purpose))))];

    /// <param name="keys"><c>kid:base64,kid:base64</c>, 32 bytes or more each; the first signs.</param>
    /// <exception cref="FormatException">The text is not that.</exception>
    public TicketSigner(string keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        const StringSplitOptions Tidy = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        _keys = [.. keys.Split(',', Tidy).Select(ParseKey)];
        if (_keys.Length == 0) throw new FormatException("no ticket key");
        if (_keys.Select(key => key.Id).Distinct().Count() != _keys.Length)
            throw new FormatException("two ticket key ids collide: rename one");
    }

    /// <summary>The ticket's text, for a cookie or an <c>Authorization: Ticket</c> header.</summary>
    public string Sign(Ticket ticket)
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        bytes[0] = ticket.Moves == 0 ? Version : MovedVersion;
        bytes[1] = _keys[0].Id;
        ticket.Place.Write(bytes[2..]);
        bytes[HeaderBytes] = ticket.Moves;
        var header = HeaderOf(bytes);
        var length = header + Encoding.ASCII.GetBytes(ticket.Shopper.Value, bytes[header..]);
        Mac(0, ticket.Sale, bytes[..length], bytes[length..]);
        return Base64Url.EncodeToString(bytes[..(length + MacBytes)]);
    }

    /// <summary>True for a ticket that this line signed for that sale; no exception for any text.</summary>
    public bool TryVerify(SaleId sale, ReadOnlySpan<char> text, out Ticket ticket)
    {
        ticket = default;
        Span<byte> bytes = stackalloc byte[MaxBytes];
        if (text.Length > MaxLength || text.ContainsAny("= \t\r\n")
            || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done
            || length <= HeaderBytes + MacBytes || bytes[0] is not (Version or MovedVersion)
            || IndexOf(bytes[1]) is not (>= 0 and var key))
            return false;

        var signed = bytes[..(length - MacBytes)];
        Span<byte> mac = stackalloc byte[MacBytes];
        Mac(key, sale, signed, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[signed.Length..length])) return false;
        var header = HeaderOf(signed);
        if (!ShopperId.TryParse(Encoding.ASCII.GetString(signed[header..]), out var shopper)) return false;

        ticket = new Ticket(sale, Place.Read(bytes[2..]), shopper) { Moves = header == HeaderBytes ? (byte)0 : signed[HeaderBytes] };
        return true;
    }

    private static int HeaderOf(ReadOnlySpan<byte> bytes) => bytes[0] == MovedVersion ? HeaderBytes + 1 : HeaderBytes;

    private void Mac(int key, SaleId sale, ReadOnlySpan<byte> signed, Span<byte> destination)
    {
        Span<byte> input = stackalloc byte[MaxSaleBytes + MaxBytes];
        var length = Encoding.ASCII.GetBytes(sale.Value, input);
        input[length++] = 0;
        signed.CopyTo(input[length..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (t_macs is not { } mine || mine.Owner != this) t_macs = mine = (this, NewMacs());
        mine.Macs[key].AppendData(input[..(length + signed.Length)]);
        mine.Macs[key].GetHashAndReset(hash);
        hash[..MacBytes].CopyTo(destination);
    }

    private IncrementalHash[] NewMacs() =>
        [.. _keys.Select(key => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Key))];

    private int IndexOf(byte id)
    {
        for (var i = 0; i < _keys.Length; i++)
            if (_keys[i].Id == id) return i;
        return -1;
    }

    /// <summary>A key's id on the wire is the first byte of its name's hash.</summary>
    private static (byte, byte[]) ParseKey(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var key = new byte[text.Length];
        if (colon < 1 || !Convert.TryFromBase64String(text[(colon + 1)..], key, out var length) || length < 32)
            throw new FormatException("a ticket key is kid:base64 of 32 bytes or more");
        return (SHA256.HashData(Encoding.UTF8.GetBytes(text[..colon]))[0], key[..length]);
    }
}
