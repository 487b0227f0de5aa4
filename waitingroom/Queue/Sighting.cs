using System.Globalization;

namespace FlashSale.Queue;

/// <summary>When a shopper was last seen, and how long they were told to stay away then. Times are Redis' own.</summary>
public readonly record struct Sighting(long AtMs, long ToldMs)
{
    /// <summary>Who was told to stay away is waited for so much longer at least: they may be late, and the news of it too.</summary>
    private const long GraceMs = 4000;

    /// <summary>When they poll next, if they do as told.</summary>
    public long DueMs => AtMs + ToldMs;

    /// <summary>
    /// From then on they count as away: not seen for the presence time. Who was told to stay away for most of it is here
    /// until that is over, and half of the presence time more.
    /// </summary>
    public long HereUntilMs(int presenceSeconds) => ToldMs * 2 <= presenceSeconds * 1000L
        ? AtMs + presenceSeconds * 1000L : DueMs + Math.Max(presenceSeconds * 500L, GraceMs);

    /// <summary>As kept in Redis.</summary>
    public string Value => string.Create(CultureInfo.InvariantCulture, $"{AtMs} {ToldMs}");

    /// <summary>Reads what <see cref="Value"/> wrote; and, from an edge of an older version, the time alone.</summary>
    public static Sighting Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var space = value.IndexOf(' ', StringComparison.Ordinal);
        return space < 0
            ? new Sighting(long.Parse(value, CultureInfo.InvariantCulture), 0)
            : new Sighting(
                long.Parse(value.AsSpan(0, space), CultureInfo.InvariantCulture),
                long.Parse(value.AsSpan(space + 1), CultureInfo.InvariantCulture));
    }
}
