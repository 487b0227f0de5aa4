using FlashSale.Contract;

namespace FlashSale.Simulator.Models;

/// <summary>What one statement or transaction has written and not committed.</summary>
public sealed class LedgerChange
{
    internal LedgerChange(
        IReadOnlyList<LedgerRow> rows, Sale? sale = null, long revision = 0, DateTimeOffset? beat = null,
        LedgerOutage? outage = null) =>
        (Rows, Sale, Revision, Beat, Outage) = (rows, sale, revision, beat, outage);

    /// <summary>The rows as they are after it.</summary>
    public IReadOnlyList<LedgerRow> Rows { get; }

    /// <summary>The sale after it; null when it is not changed.</summary>
    public Sale? Sale { get; }

    /// <summary>Of the sale after it.</summary>
    internal long Revision { get; }

    internal DateTimeOffset? Beat { get; }

    /// <summary>The outage that it ends.</summary>
    public LedgerOutage? Outage { get; }
}
