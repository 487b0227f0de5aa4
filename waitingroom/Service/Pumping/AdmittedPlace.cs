using System.Globalization;
using System.IO.Hashing;
using System.Text;

using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>A place that has been given a unit.</summary>
/// <param name="Rank">Its calling position in its epoch.</param>
/// <param name="RedeemBy">Epoch seconds of the ledger's clock.</param>
/// <param name="Claimed">Its token is (or may be) out.</param>
public sealed record AdmittedPlace(Place Place, long Rank, int Unit, long RedeemBy, bool Claimed)
{
    /// <summary>The <c>jti</c>: <c>{epoch:x}-{number:x}-{unit:x}</c>.</summary>
    public static string Id(Place place, int unit) => $"{place.Epoch:x}-{place.Number:x}-{unit:x}";

    /// <summary>What it adds to a <see cref="HeldSum"/>.</summary>
    public uint Checksum => ChecksumOf(Id(Place, Unit));

    /// <summary>The CRC-32 of an admission's id.</summary>
    public static uint ChecksumOf(string id) => Crc32.HashToUInt32(Encoding.ASCII.GetBytes(id));

    /// <summary>Reads what <see cref="Id"/> wrote; false for anything else.</summary>
    public static bool TryParseId(string id, out Place place)
    {
        place = default;
        var parts = id.Split('-');
        if (parts.Length != 3 || !Hex(parts[0], out var epoch) || !Hex(parts[1], out var number)) return false;
        place = new Place(epoch, number);
        return true;

        static bool Hex(string text, out uint value) =>
            uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>As kept in Redis.</summary>
    public string Value => $"{Unit} {RedeemBy} {(Claimed ? 1 : 0)} {Rank}";

    public static AdmittedPlace Parse(Place place, string value)
    {
        var parts = value.Split(' ');
        return new AdmittedPlace(
            place, long.Parse(parts[3], CultureInfo.InvariantCulture), int.Parse(parts[0], CultureInfo.InvariantCulture),
            long.Parse(parts[1], CultureInfo.InvariantCulture), parts[2] == "1");
    }
}

/// <summary>What <c>settle.lua</c> shall write of a place.</summary>
public readonly record struct Settlement(string What, Place Place, string Value)
{
    public static Settlement Admit(AdmittedPlace admission) => new("admit", admission.Place, admission.Value);

    public static Settlement Hold(AdmittedPlace admission) => new("hold", admission.Place, admission.Value);

    public static Settlement Sell(Place place) => new("sell", place, "");

    public static Settlement Release(Place place) => new("release", place, "");

    public static Settlement Miss(Place place) => new("miss", place, "");

    public static Settlement Requeue(AdmittedPlace admission) =>
        new("requeue", admission.Place, LineKeys.Member(admission.Place, admission.Rank));
}
