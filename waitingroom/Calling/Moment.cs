namespace FlashSale.Calling;

/// <summary>When something is decided.</summary>
/// <param name="Ledger">The ledger's clock, as this room knows it.</param>
/// <param name="Machine">This machine's own time, from any origin; it never goes back.</param>
/// <param name="LedgerAge">How old what is known of the ledger may be.</param>
public readonly record struct Moment(DateTimeOffset Ledger, TimeSpan Machine, TimeSpan LedgerAge);
