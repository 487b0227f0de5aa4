namespace FlashSale.Queue;

/// <summary>A sale's line as the leading waiting room last published it; edges answer polls from it.</summary>
public sealed record LineBoard
{
    public required uint Epoch { get; init; }

    /// <summary>Numbers given so far in this epoch.</summary>
    public required long Next { get; init; }

    /// <summary>The board of a line that has fallen asleep is among those of the lines that are awake for so long.</summary>
    public static readonly TimeSpan Dozes = TimeSpan.FromSeconds(1);

    /// <summary><see cref="StoppedBecause"/> while the ledger does not answer, or takes no writes.</summary>
    public const string LedgerGone = "ledger not reachable";

    /// <summary><see cref="StoppedBecause"/> until the value of the beacon that was named is known.</summary>
    public const string BeaconMissing = "waiting for the beacon";

    /// <summary><see cref="StoppedBecause"/> when the sale is over, unless an operator extends it.</summary>
    public const string Ended = "ended";

    /// <summary>Every rank up to this one has been called.</summary>
    public required long Head { get; init; }

    /// <summary>
    /// Ranks 1..this are a keyed permutation of the numbers 1..this; 0 in a fifo order; null before the start.
    /// </summary>
    public long? Shuffled { get; init; }

    /// <summary>The pump looks at this many ranks beyond the head; presence is reported for them only.</summary>
    public int Horizon { get; init; }

    /// <summary>How many people that are shall be, when the others are gone; 0: as many as ranks.</summary>
    public int Nearest { get; init; }

    /// <summary>Nobody up to this rank is counted in <see cref="Live"/>, and beyond <see cref="LiveTo"/> everyone is there.</summary>
    public long LiveFrom { get; init; }
    public long LiveTo { get; init; }

    /// <summary>How many are there between the two.</summary>
    public long LiveTotal { get; init; }

    /// <summary>The steps of <see cref="LiveRanks"/>.</summary>
    public IReadOnlyList<int> Live { get; init; } = [];

    /// <summary>Not seen for longer counts as away (a setting of the sale).</summary>
    public int PresenceSeconds { get; init; } = 60;

    /// <summary>How long a turn lasts (a setting of the sale): who is to hear of it is due in time (<see cref="TurnTimes"/>).</summary>
    public int ClaimSeconds { get; init; } = 120;

    /// <summary>The epochs before this one, newest first.</summary>
    public IReadOnlyList<PastEpoch> Past { get; init; } = [];

    /// <summary>People in line: not called yet, and there.</summary>
    public long Waiting { get; init; }

    /// <summary>Shoppers who were passed over while away and came back: served first.</summary>
    public long Returning { get; init; }
    public int Admitted { get; init; }
    public int Held { get; init; }
    public int Sold { get; init; }

    /// <summary>Units neither admitted, held nor sold.</summary>
    public int Available { get; init; }

    /// <summary>The recent rate, smoothed over about ten seconds.</summary>
    public double AdmissionsPerSecond { get; init; }

    /// <summary>Ranks passed over because nobody was there.</summary>
    public long SkippedAbsent { get; init; }

    /// <summary>Edges that reported within the last few seconds; at least 1.</summary>
    public int Edges { get; init; } = 1;

    /// <summary>Why nobody is admitted at the moment, in words for an operator; null when all is well.</summary>
    public string? StoppedBecause { get; init; }

    /// <summary>A new epoch is waiting for the shoppers of the older one to take their places again.</summary>
    public bool Recovering { get; init; }

    /// <summary>
    /// Nobody can be called: the leader looks at this line seldom, and an edge that changes it wakes the leader
    /// (<c>wake.lua</c>). It is said a while before it is done, so that every edge knows.
    /// </summary>
    public bool Asleep { get; init; }

    /// <summary>The ledger's clock at publishing, in milliseconds since 1970.</summary>
    public long Now { get; init; }

    /// <summary>This machine's timestamp (<see cref="TimeProvider.GetTimestamp"/>) when it was read.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long ReadAt { get; init; }
}
