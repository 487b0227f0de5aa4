namespace FlashSale.LoadTest.Chaos;

/// <summary>A reservation as the ledger's table has it after the run.</summary>
/// <param name="Ended">When it was released or refunded, or null while it lives.</param>
/// <param name="Expired">It was released because its time to pay had passed.</param>
public sealed record LedgerRow(
    string Id, int Unit, string Shopper, string Admission, string State, DateTimeOffset Created, DateTimeOffset? Ended,
    bool Expired = false);
