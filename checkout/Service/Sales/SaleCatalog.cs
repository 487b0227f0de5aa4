using System.Globalization;
using System.Text.Json;

using Dapper;

using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

using MySqlConnector;

namespace FlashSale.Checkout.Sales;

/// <summary>A sale and its key in the ledger.</summary>
public sealed record SaleRow(int No, Sale Sale);

/// <summary>Every sale and storefront, as of one moment of the database's clock.</summary>
public sealed record CatalogReading(
    DateTimeOffset AsOf, string SalesRevision, string StorefrontsRevision,
    IReadOnlyDictionary<SaleId, SaleRow> Sales, IReadOnlyDictionary<StorefrontId, Storefront> Storefronts)
{
    /// <summary>Changes when any sale or storefront changes.</summary>
    public string Revision => $"{SalesRevision}.{StorefrontsRevision}";
}

/// <summary>
/// The sales and storefronts in memory. A reading asks the database for the clock and the revisions only, and for the
/// rows when a revision has moved. Also what sets <see cref="LedgerClock"/>.
/// </summary>
public sealed class SaleCatalog(LedgerDatabase ledger, LedgerClock clock, TimeProvider machine)
{
    /// <summary>A sale that is not known is looked for again after this, so that made-up ids cost the database little.</summary>
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(50);

    private const string Revisions =
        """
        SELECT UTC_TIMESTAMP(3),
          (SELECT CONCAT(COUNT(*), '-', COALESCE(SUM(revision), 0)) FROM sales),
          (SELECT CONCAT(COUNT(*), '-', COALESCE(SUM(revision), 0)) FROM storefronts)
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
        DateTimeOffset asOf;
        await using (var command = new MySqlCommand(Revisions, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false))
        {
            await reader.ReadAsync(cancel).ConfigureAwait(false);
            asOf = new DateTimeOffset(reader.GetDateTime(0), TimeSpan.Zero);
            if (_latest is { } latest && latest.SalesRevision == reader.GetString(1)
                && latest.StorefrontsRevision == reader.GetString(2))
                return latest with { AsOf = asOf };
        }

        // The revisions are summed from the very rows that were read, so they can't promise more than these hold.
        var (sales, salesRevision) = await ReadSalesAsync(connection, cancel).ConfigureAwait(false);
        var rows = (await connection.QueryAsync<StorefrontRow>(new CommandDefinition(
            "SELECT id, name, return_origins, enqueue_secret, jwks_url, look, revision FROM storefronts",
            cancellationToken: cancel)).ConfigureAwait(false)).AsList();
        return new CatalogReading(
            asOf, salesRevision, Revision(rows.Count, rows.Sum(row => row.revision)),
            sales, rows.Select(row => row.ToStorefront()).ToDictionary(storefront => storefront.Id));
    }

    private static async Task<(Dictionary<SaleId, SaleRow>, string)> ReadSalesAsync(
        MySqlConnection connection, CancellationToken cancel)
    {
        await using var command = new MySqlCommand($"SELECT {SaleSql.Columns}, revision FROM sales", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var (sales, sum) = (new Dictionary<SaleId, SaleRow>(), 0L);
        while (await reader.ReadAsync(cancel).ConfigureAwait(false))
        {
            var row = SaleSql.Read(reader);
            sales.Add(row.Sale.Id, row);
            sum += reader.GetInt64(SaleSql.ColumnCount);
        }
        return (sales, Revision(sales.Count, sum));
    }

    private static string Revision(int count, long sum) => string.Create(CultureInfo.InvariantCulture, $"{count}-{sum}");
}

#pragma warning disable IDE1006, CA1707 // Named like the columns.
internal sealed record StorefrontRow(
    string id, string name, string return_origins, string? enqueue_secret, string? jwks_url, string? look, long revision)
{
    public Storefront ToStorefront() => new()
    {
        Id = StorefrontId.Parse(id),
        Name = name,
        ReturnOrigins = JsonSerializer.Deserialize<string[]>(return_origins) ?? [],
        EnqueueSecret = enqueue_secret,
        JwksUrl = jwks_url,
        Look = look is null ? null : JsonSerializer.Deserialize<Look>(look, Wire.Json),
    };
}
#pragma warning restore IDE1006, CA1707
