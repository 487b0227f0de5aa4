using System.Globalization;
using System.Text.Json;

namespace FlashSale.Checkout.Http;

/// <summary>A time in a request's JSON.</summary>
internal static class ZonedTime
{
    public const string Rule = "must be an ISO 8601 time with its zone, such as 2030-01-31T12:00:00Z or …+01:00";

    /// <summary>Null for anything else. Without a zone nobody knows when it is: an operator means their own noon.</summary>
    public static DateTimeOffset? Read(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.String || !value.TryGetDateTimeOffset(out _)
            || !DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            || !HasZone(value.GetString()!) || time.Year is not (>= 2000 and < 2200))
            return null;
        return new DateTimeOffset(time.Ticks - time.Ticks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
    }

    private static bool HasZone(string time) => time[^1] is 'Z' or 'z' || (time.Length > 6 && time[^6] is '+' or '-' && time[^3] == ':');
}
