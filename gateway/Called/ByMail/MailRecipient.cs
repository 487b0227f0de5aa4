using System.Buffers;
using System.IO.Compression;
using System.Text;

using FlashSale.Contract;

using MimeKit;

namespace FlashSale.Gateway.Called.ByMail;

/// <summary>A shopper who is called by e-mail.</summary>
/// <param name="Language">The code of the one in which they are written to.</param>
/// <param name="Shopper">Whose ticket goes to the device that opens the link.</param>
/// <param name="ReturnUrl">Where the page leads from there; null for the shop's cart, or where it was too long to keep.</param>
public sealed record MailRecipient(string Address, string Language, ShopperId Shopper, string? ReturnUrl) : Recipient
{
    public const byte Mark = 1;

    /// <summary>RFC 5321 allows no longer path.</summary>
    private const int MaxAddress = 254;

    private const int LanguageBytes = 2, HeadBytes = 1 + LanguageBytes, MaxText = 4096;

    /// <summary>What a link has room for, in which it stands as it is.</summary>
    private const int MaxReturnUrl = 500;

    /// <summary>Not in an address as people have them.</summary>
    private static readonly SearchValues<char> s_never = SearchValues.Create("\"()<>[],;:\\ ");

    /// <summary>Whether a mail can be written to it: an address alone, as people have them.</summary>
    public static bool IsAddress(string text) => text.Length <= MaxAddress && Ascii.IsValid(text)
        && !text.AsSpan().ContainsAny(s_never) && !text.Any(char.IsControl)
        && text.Split('@') is [{ Length: > 0 and <= 64 }, var domain] && domain.Contains('.', StringComparison.Ordinal)
        && Uri.CheckHostName(domain) == UriHostNameType.Dns
        && MailboxAddress.TryParse(text, out var parsed) && parsed.Address == text;

    /// <summary>Language, then shopper, address and return URL compressed; without the latter when there is no room.</summary>
    public override bool TryWrite(Span<byte> to, out int length)
    {
        to[0] = Mark;
        Encoding.ASCII.GetBytes(Language, to[1..]);
        length = 0;
        if ((Encoding.UTF8.GetByteCount(ReturnUrl ?? "") <= MaxReturnUrl
                && TryCompress($"{Shopper.Value}\n{Address}\n{ReturnUrl}", to[HeadBytes..], out length))
            || TryCompress($"{Shopper.Value}\n{Address}\n", to[HeadBytes..], out length))
        {
            length += HeadBytes;
            return true;
        }

        return false;
    }

    /// <summary>Reads what <see cref="TryWrite"/> wrote.</summary>
    public static MailRecipient? ReadFrom(ReadOnlySpan<byte> plain)
    {
        Span<byte> text = stackalloc byte[MaxText];
        if (plain.Length <= HeadBytes || !BrotliDecoder.TryDecompress(plain[HeadBytes..], text, out var length)
            || Encoding.UTF8.GetString(text[..length]).Split('\n') is not [var shopper, var address, var url]
            || !ShopperId.TryParse(shopper, out var who)) return null;
        var language = Encoding.ASCII.GetString(plain.Slice(1, LanguageBytes));
        return new MailRecipient(address, language, who, url.Length == 0 ? null : url);
    }

    private static bool TryCompress(string text, Span<byte> to, out int length)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        length = 0;
        return bytes.Length <= MaxText && BrotliEncoder.TryCompress(bytes, to, out length, quality: 5, window: 16);
    }
}
