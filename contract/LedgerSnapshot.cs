namespace FlashSale.Contract;

/// <summary>
/// The answer of <c>GET /internal/ledger?since=…&amp;held=…&amp;revision=…</c> of the checkout. Without <c>since</c> it holds
/// every live unit (held, sold, withdrawn) and what was released within the last claim time; with it, what has changed
/// after <c>since</c>, and <see cref="HeldUnits"/>. Applying one twice, or late, is harmless.
/// </summary>
/// <param name="AsOf">The database's clock before the rows were read.</param>
/// <param name="Revision">
/// Changes when any sale changes, and is never that of other sales, not even after the ledger was put back to an older state.
/// </param>
/// <param name="Sales">Every sale, or null when the caller's revision is the newest.</param>
/// <param name="Outage">The last one that has ended; null when there was none.</param>
/// <param name="Held">Of every sale with held units, when <see cref="HeldUnits.Sums"/> were asked for.</param>
public sealed record LedgerSnapshot(
    DateTimeOffset AsOf, string Revision, IReadOnlyList<Sale>? Sales, IReadOnlyList<LedgerUnit> Units,
    LedgerOutage? Outage = null, IReadOnlyList<HeldSum>? Held = null);
