namespace FlashSale.Calling;

/// <summary>
/// What is known of a sale's line in Redis. The transitions and what makes them are drawn in ARCHITECTURE.md; every one of
/// them is in <see cref="SaleDecision"/>.
/// </summary>
/// <param name="Number">The newest epoch known of; 0 for none.</param>
/// <param name="Past">The epochs up to that one as <c>begin.lua</c> takes them, should a new one begin.</param>
/// <param name="BlockedUntil">
/// Until then (epoch seconds of the ledger) units may be promised that nobody here knows of. It outlasts the epoch it began with.
/// </param>
public abstract record LineEpoch(uint Number, string Past, long BlockedUntil)
{
    /// <summary>What Redis holds is not known, or not any more: nothing is given, and nothing the ledger says is taken.</summary>
    public sealed record Unknown(uint Number, string Past, long BlockedUntil) : LineEpoch(Number, Past, BlockedUntil);

    /// <summary>Redis has told its admissions. What the ledger is asked from <paramref name="At"/> on completes them.</summary>
    /// <param name="At">This machine's time.</param>
    public sealed record Loaded(uint Number, string Past, long BlockedUntil, TimeSpan At) : LineEpoch(Number, Past, BlockedUntil);

    /// <summary>
    /// Redis has no line, or one of another run, which may lack parts: it is begun anew, with what is remembered and what the
    /// ledger is asked from <paramref name="At"/> on.
    /// </summary>
    /// <param name="At">This machine's time.</param>
    public sealed record Absent(uint Number, string Past, long BlockedUntil, TimeSpan At) : LineEpoch(Number, Past, BlockedUntil);

    /// <summary>Redis and the ledger are known, and Redis has answered ever since.</summary>
    /// <param name="Since">The ledger's clock: nobody could learn of a turn that began before.</param>
    public sealed record Running(uint Number, string Past, long BlockedUntil, DateTimeOffset Since)
        : LineEpoch(Number, Past, BlockedUntil);

    /// <summary>It can't be relied on any more.</summary>
    public LineEpoch Forget() => new Unknown(Number, Past, BlockedUntil);

    /// <summary>A full snapshot that is asked for from now on is needed.</summary>
    public bool NeedsLedger => this is Loaded or Absent;
}
