namespace FlashSale.LoadTest.Bench;

/// <summary>How tickets in rotation keep within what the edge lets one ticket poll.</summary>
public static class PollLimit
{
    /// <summary>More polls a second than any round makes.</summary>
    public const double MostPerSecond = 120_000;

    /// <summary>The edge's limits for one ticket: so many polls at once, and so many a second for long.</summary>
    public const double Burst = 200;
    public const double PerSecond = 10;

    /// <summary>
    /// The longest round of whole seconds in which no ticket exceeds the burst, and the rest after which it has all of the
    /// burst again.
    /// </summary>
    public static (TimeSpan Round, TimeSpan Pause) Keep(int tickets, TimeSpan most)
    {
        var each = MostPerSecond / tickets;
        var seconds = Math.Clamp(Math.Floor(Burst / each), 1, most.TotalSeconds);
        return (TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(Math.Max(0, each * seconds / PerSecond - seconds)));
    }
}
