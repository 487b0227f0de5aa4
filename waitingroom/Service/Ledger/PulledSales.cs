using System.Collections.Frozen;

using FlashSale.Contract;

namespace FlashSale.WaitingRoom.Ledger;

/// <summary>The sales as the ledger last told them, and its clock.</summary>
public sealed class PulledSales(TimeProvider machine)
{
    private volatile FrozenDictionary<SaleId, Sale> _sales = FrozenDictionary<SaleId, Sale>.Empty;
    private long _askedAt = long.MinValue;

    /// <summary>The ledger's clock.</summary>
    public LedgerClock Clock { get; } = new(machine);

    /// <summary>Of the last snapshot with sales; null before the first.</summary>
    public string? Revision { get; private set; }

    public IReadOnlyDictionary<SaleId, Sale> Sales => _sales;

    /// <summary>
    /// How old what is known of the ledger may be: since the last answer was asked for, however long it took, or waited to be taken.
    /// </summary>
    public TimeSpan Age => Interlocked.Read(ref _askedAt) is var at and not long.MinValue
        ? machine.GetElapsedTime(at) : TimeSpan.MaxValue;

    public Sale? Find(SaleId sale) => _sales.GetValueOrDefault(sale);

    /// <param name="askedAt"><see cref="TimeProvider.GetTimestamp"/> before the snapshot was asked for.</param>
    public void Take(LedgerSnapshot snapshot, long askedAt)
    {
        // The clock first: who finds a sale may read it.
        Clock.Set(snapshot.AsOf, askedAt);
        if (snapshot.Sales is not null)
        {
            _sales = snapshot.Sales.ToFrozenDictionary(sale => sale.Id);
            Revision = snapshot.Revision;
        }

        Interlocked.Exchange(ref _askedAt, askedAt);
    }
}
