using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

using MySqlConnector;

namespace FlashSale.Checkout.Sales;

/// <summary>
/// The sales and storefronts in memory. A reading asks the database for the clock and the revisions only, and for the
/// rows when a revision has moved. Also what sets <see cref="LedgerClock"/>.
/// </summary>
public sealed class SaleCatalog(LedgerDatabase ledger, LedgerClock clock, TimeProvider machine)
{
    /// <summary>A sale that is not known is looked for again after this, so that made-up ids cost the database little.</summary>
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(50);

    private const string Revisions =
        $"""
        SELECT UTC_TIMESTAMP(3),
          (SELECT {Revision.OfTable} FROM sales),
          (SELECT {Revision.OfTable} FROM storefronts)
        """;

    private volatile CatalogReading? _latest;
    private long _readAt;

    /// <summary>The latest reading, or null before the first.</summary>
    public CatalogReading? Latest => _latest;

    /// <summary>How long ago the database answered.</summary>
    public TimeSpan Age => _latest is null ? TimeSpan.MaxValue : machine.GetElapsedTime(Volatile.Read(ref _readAt));

    /// <summary>The sale, or null; asks the database when it is not known yet.</summary>
    public async ValueTask<SaleRow?> FindAsync(SaleId id, CancellationToken cancel)
    {
        if (_latest is { } latest && (latest.Sales.TryGetValue(id, out var known) || Age < s_lookAgain))
            return latest.Sales.GetValueOrDefault(id);
        var now = await ReadAsync(cancel).ConfigureAwait(false);
        return now.Sales.GetValueOrDefault(id);
    }

    /// <summary>The catalog as it is now.</summary>
    public async Task<CatalogReading> ReadAsync(CancellationToken cancel)
    {
        var askedAt = clock.GetTimestamp();
        var reading = await ledger.RunAsync(ReadAsync, cancel).ConfigureAwait(false);
        clock.Set(reading.AsOf, askedAt);
        _latest = reading;
        Volatile.Write(ref _readAt, machine.GetTimestamp());
        return reading;
    }

    private async Task<CatalogReading> ReadAsync(MySqlConnection connection, CancellationToken cancel)
    {
        var (asOf, ofSales, ofStorefronts) = await connection.FindAsync<(DateTime AsOf, string Sales, string Storefronts)>(
            Revisions, null, cancel).ConfigureAwait(false);
        if (_latest is { } latest && latest.SalesRevision == ofSales && latest.StorefrontsRevision == ofStorefronts)
            return latest with { AsOf = asOf };

        // The revisions are those of the very rows that were read, so they can't promise more than these hold.
        var sales = await connection.ListAsync<SaleColumns>(SaleSql.All, null, cancel).ConfigureAwait(false);
        var storefronts = await connection.ListAsync<StorefrontColumns>(StorefrontColumns.All, null, cancel)
            .ConfigureAwait(false);
        return new CatalogReading(
            asOf, Revision.Of([.. sales.Select(row => row.Revision)]),
            Revision.Of([.. storefronts.Select(row => row.Revision)]),
            sales.Select(row => row.ToRow()).ToDictionary(row => row.Sale.Id),
            storefronts.Select(row => row.ToStorefront()).ToDictionary(storefront => storefront.Id));
    }
}
