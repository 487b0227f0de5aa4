using System.Globalization;
using System.IO.Hashing;
using System.Text;

using FlashSale.Queue;

namespace FlashSale.Calling;

/// <summary>A place that has been given a unit.</summary>
/// <param name="Rank">Its calling position in its epoch.</param>
/// <param name="RedeemBy">Epoch seconds of the ledger's clock.</param>
/// <param name="Claimed">Its token is (or may be) out.</param>
public sealed record AdmittedPlace(Place Place, long Rank, int Unit, long RedeemBy, bool Claimed)
{
    /// <summary>The <c>jti</c>: <c>{epoch:x}-{number:x}-{unit:x}</c>.</summary>
    public static string Id(Place place, int unit) => $"{place.Epoch:x}-{place.Number:x}-{unit:x}";

    /// <summary>What it adds to a <see cref="FlashSale.Contract.HeldSum"/>.</summary>
    public uint Checksum => ChecksumOf(Id(Place, Unit));

    /// <summary>The CRC-32 of an admission's id.</summary>
    public static uint ChecksumOf(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        Span<byte> bytes = stackalloc byte[64];
        return id.Length <= bytes.Length
            ? Crc32.HashToUInt32(bytes[..Encoding.ASCII.GetBytes(id, bytes)]) : Crc32.HashToUInt32(Encoding.ASCII.GetBytes(id));
    }

    /// <summary>Reads what <see cref="Id"/> wrote; false for anything else.</summary>
    public static bool TryParseId(string id, out Place place)
    {
        place = default;
        Span<Range> parts = stackalloc Range[4];
        var text = id.AsSpan();
        if (text.Split(parts, '-') != 3 || !Hex(text[parts[0]], out var epoch) || !Hex(text[parts[1]], out var number)) return false;
        place = new Place(epoch, number);
        return true;

        static bool Hex(ReadOnlySpan<char> text, out uint value) =>
            uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>As kept in Redis.</summary>
    public string Value => $"{Unit} {RedeemBy} {(Claimed ? 1 : 0)} {Rank}";

    /// <summary>Reads what <see cref="Value"/> wrote.</summary>
    public static AdmittedPlace Parse(Place place, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var parts = value.Split(' ');
        return new AdmittedPlace(
            place, long.Parse(parts[3], CultureInfo.InvariantCulture), int.Parse(parts[0], CultureInfo.InvariantCulture),
            long.Parse(parts[1], CultureInfo.InvariantCulture), parts[2] == "1");
    }
}
