namespace FlashSale.LoadTest.Crowd;

/// <summary>How a journey ended.</summary>
public enum Ending
{
    Bought,
    SoldOut,

    /// <summary>As the behaviour wanted it: never came, never paid, gave up, wandered off.</summary>
    AsPlanned,

    /// <summary>Lost place after place by answering later than the sale's windows allow.</summary>
    TooSlow,

    /// <summary>
    /// The server answered what it should not have, or not at all; <see cref="CrowdTally"/> says what.
    /// </summary>
    Failed,
}
