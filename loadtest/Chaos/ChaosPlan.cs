namespace FlashSale.LoadTest.Chaos;

/// <summary>How each sale of a chaos run is: which faults it sees, and how it is set.</summary>
public sealed record ChaosPlan
{
    /// <summary>What <c>./flashsale chaos</c> does: any fault, time after time.</summary>
    public static ChaosPlan AnyFault { get; } = new();

    /// <summary>
    /// The shortest sale that shows that every fault can be injected and lifted, and what the checker says then: each kind
    /// once, in an order of the seed, always two of different parts at the same time, and none for long.
    /// </summary>
    public static ChaosPlan EachFaultOnce { get; } = new()
    {
        EachFault = true,
        Storm = TimeSpan.FromSeconds(40),
        Length = 0.6,
        Shoppers = 150,
        Units = 60,
        AdmitPerSecond = 3,
        ClaimSeconds = 14,
        PaySeconds = 8,
    };

    /// <summary>The storm ends when each kind of fault has happened; else when its time is up.</summary>
    public bool EachFault { get; private init; }

    /// <summary>How long faults go on, or are expected to; the sale takes longer, until everything is final.</summary>
    public TimeSpan Storm { get; private init; } = TimeSpan.FromSeconds(40);

    /// <summary>How long a fault lasts and how long nothing happens, of what would be drawn.</summary>
    public double Length { get; private init; } = 1;

    public int Shoppers { get; private init; } = 300;

    public int Units { get; private init; } = 120;

    /// <summary>So that units are given away during all of the storm.</summary>
    public int AdmitPerSecond { get; private init; } = 4;

    /// <summary>
    /// Longer than Redis takes to come back with a new epoch (ten seconds), so that old promises and new ones meet. After
    /// a loss units may stand still that long.
    /// </summary>
    public int ClaimSeconds { get; private init; } = 25;

    public int PaySeconds { get; private init; } = 12;
}
