namespace FlashSale.Contract;

/// <summary>A time in which the ledger could not be written to, by its own clock.</summary>
public sealed record LedgerOutage(DateTimeOffset Began, DateTimeOffset Ended)
{
    /// <summary>Whether it took away from this time.</summary>
    public bool Touches(DateTimeOffset from, DateTimeOffset until) => Began < until && Ended > from;
}
