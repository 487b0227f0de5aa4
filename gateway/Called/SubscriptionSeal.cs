using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Called;

/// <summary>
/// How a shopper is called, as it is kept: AES-256-GCM, bound to its sale and place, so that no one who reads Redis reads
/// it, and who writes to Redis moves it to no other place. The service that takes its messages (<see cref="SendRoom"/>; in clear, it is only
/// queued by that), id of the key, nonce, and what is sealed.
/// </summary>
public sealed class SubscriptionSeal
{
    /// <summary>With what Redis adds to it no shopper costs more than 400 bytes.</summary>
    public const int MaxBytes = 320;

    /// <summary>But for a push service, since the addresses of Windows' own are far longer than others: 720 bytes.</summary>
    public const int MaxPushBytes = 512;

    private const int NonceBytes = 12, TagBytes = 16, NonceAt = 2, HeadBytes = NonceAt + NonceBytes;

    // No cipher is kept: one is of one thread at a time, and it costs little to make.
    private readonly (byte Id, byte[] Key)[] _keys;

    /// <param name="keys"><c>kid:base64,kid:base64</c>, 32 bytes each; the first seals.</param>
    /// <exception cref="FormatException">The text is not that.</exception>
    public SubscriptionSeal(string keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        const StringSplitOptions Tidy = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        _keys = [.. keys.Split(',', Tidy).Select(Parse)];
        if (_keys.Length == 0) throw new FormatException("kid:base64 of 32 bytes");
        if (_keys.Select(key => key.Id).Distinct().Count() != _keys.Length)
            throw new FormatException("keys whose ids don't collide: rename one");
    }

    /// <summary>Null when it is longer than what is kept of a shopper.</summary>
    public byte[]? Seal(SaleId sale, Place place, Recipient recipient, byte service)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        Span<byte> plain = stackalloc byte[(recipient is Subscription ? MaxPushBytes : MaxBytes) - HeadBytes - TagBytes];
        if (!recipient.TryWrite(plain, out var length)) return null;
        var sealedUp = new byte[HeadBytes + length + TagBytes];
        (sealedUp[0], sealedUp[1]) = (service, _keys[0].Id);
        RandomNumberGenerator.Fill(sealedUp.AsSpan(NonceAt, NonceBytes));
        using var cipher = new AesGcm(_keys[0].Key, TagBytes);
        cipher.Encrypt(
            sealedUp.AsSpan(NonceAt, NonceBytes), plain[..length], sealedUp.AsSpan(HeadBytes, length),
            sealedUp.AsSpan(^TagBytes), Bound(sale, place));
        return sealedUp;
    }

    /// <summary>Null for what these keys have not sealed for that place.</summary>
    public Recipient? Open(SaleId sale, Place place, ReadOnlySpan<byte> sealedUp)
    {
        if (sealedUp.Length is <= HeadBytes + TagBytes or > MaxPushBytes) return null;
        var id = sealedUp[1];
        if (Array.Find(_keys, one => one.Id == id).Key is not { } key) return null;
        using var cipher = new AesGcm(key, TagBytes);
        Span<byte> plain = stackalloc byte[sealedUp.Length - HeadBytes - TagBytes];
        try
        {
            cipher.Decrypt(
                sealedUp.Slice(NonceAt, NonceBytes), sealedUp[HeadBytes..^TagBytes], sealedUp[^TagBytes..], plain,
                Bound(sale, place));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return Recipient.Read(plain);
    }

    private static byte[] Bound(SaleId sale, Place place) =>
        Encoding.ASCII.GetBytes($"{sale.Value} {LineKeys.Field(place)}");

    /// <summary>A key's id is the first byte of its name's hash.</summary>
    private static (byte, byte[]) Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var key = new byte[text.Length];
        if (colon < 1 || !Convert.TryFromBase64String(text[(colon + 1)..], key, out var length) || length != 32)
            throw new FormatException("kid:base64 of 32 bytes, by comma");
        return (SHA256.HashData(Encoding.UTF8.GetBytes(text[..colon]))[0], key[..length]);
    }
}
