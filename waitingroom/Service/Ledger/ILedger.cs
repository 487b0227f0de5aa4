using FlashSale.Contract;

namespace FlashSale.WaitingRoom.Ledger;

/// <summary>What tells the state of units: the checkouts (<see cref="LedgerClient"/>), or a model in virtual time.</summary>
public interface ILedger
{
    /// <summary>The ledger's state, or null when no checkout answers.</summary>
    /// <param name="since">Null for everything.</param>
    /// <param name="sums">Whether to be told of what is held in all (<see cref="HeldSum"/>).</param>
    /// <param name="revision">Of the sales that the caller knows.</param>
    Task<LedgerSnapshot?> PullAsync(DateTimeOffset? since, bool sums, string? revision, CancellationToken cancel);
}
