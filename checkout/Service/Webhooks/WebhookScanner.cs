using Dapper;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

using Microsoft.Extensions.Options;

using MySqlConnector;

namespace FlashSale.Checkout.Webhooks;

/// <summary>
/// Turns the ledger's state into events. It reads what has changed since the last time, and a little more: a row may become
/// visible some time after its <c>changed_at</c>. Every event has a fixed id, so finding it again is harmless, and a crash
/// at any point loses none.
/// </summary>
public sealed partial class WebhookScanner(
    LedgerDatabase ledger, Migrator migrator, TimeProvider clock, IOptions<WebhookOptions> options,
    ILogger<WebhookScanner> log) : BackgroundService
{
    /// <summary>Longer than a statement may run (<see cref="LedgerDatabase.StatementSeconds"/>) and its commit.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    public const int PageRows = 500;

    // What the overlap shows again and again; when it is full it is forgotten, which costs a few statements.
    private const int MaxSeen = 100_000;

    private readonly string _me = Guid.NewGuid().ToString("N");
    private readonly HashSet<(string Storefront, Guid Reservation, ReservationState State)> _seen = [];

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.Migrated.WaitAsync(stoppingToken).ConfigureAwait(false);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ScanAllAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception error) when (LedgerErrors.IsOfLedger(error))
            {
                LogFailed(error.Message);
            }

            await Task.Delay(options.Value.ScanMs, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>One look for every endpoint.</summary>
    public async Task ScanAllAsync(CancellationToken cancel)
    {
        var storefronts = await ledger.RunAsync((connection, stop) => connection.QueryAsync<string>(
            new CommandDefinition("SELECT storefront FROM webhook_endpoints", cancellationToken: stop)), cancel)
            .ConfigureAwait(false);
        foreach (var storefront in storefronts)
            await ScanAsync(storefront, cancel).ConfigureAwait(false);
    }

    private async Task ScanAsync(string storefront, CancellationToken cancel)
    {
        var leased = await ExecuteAsync(WebhookSql.Lease, new { storefront, me = _me }, cancel).ConfigureAwait(false);
        if (leased == 0) return;
        var (asOf, from) = await ledger.RunAsync(async (connection, stop) =>
        {
            var row = await connection.QuerySingleAsync<(DateTime Now, DateTime From)>(new CommandDefinition(
                "SELECT UTC_TIMESTAMP(3), scanned_to FROM webhook_endpoints WHERE storefront = @storefront",
                new { storefront }, cancellationToken: stop)).ConfigureAwait(false);
            return (row.Now, row.From);
        }, cancel).ConfigureAwait(false);

        var after = Guid.Empty;
        while (true)
        {
            var page = await ledger.RunAsync(
                (connection, stop) => ReadAsync(connection, storefront, from, after, stop), cancel).ConfigureAwait(false);
            await TellAsync(storefront, page, cancel).ConfigureAwait(false);
            if (page.Count < PageRows) break;
            (from, after) = (page[^1].ChangedAt.UtcDateTime, page[^1].Id);
            await AdvanceAsync(storefront, Earlier(from, asOf - Overlap), cancel).ConfigureAwait(false);
            if (await ExecuteAsync(WebhookSql.Lease, new { storefront, me = _me }, cancel).ConfigureAwait(false) == 0) return;
        }

        await AdvanceAsync(storefront, asOf - Overlap, cancel).ConfigureAwait(false);
    }

    private async Task TellAsync(string storefront, List<ChangedReservation> page, CancellationToken cancel)
    {
        if (_seen.Count > MaxSeen) _seen.Clear();
        var fresh = page.Where(row => !_seen.Contains((storefront, row.Id, row.State))).ToList();
        foreach (var told in fresh.SelectMany(WebhookEvent.Of))
            await AddAsync(storefront, told, cancel).ConfigureAwait(false);
        var maybeSoldOut = fresh.Where(row => row.State is ReservationState.Sold or ReservationState.Withdrawn)
            .Select(row => row.Sale).Distinct();
        foreach (var sale in maybeSoldOut)
        {
            var inventory = await ledger.RunAsync((connection, stop) => connection.QuerySingleOrDefaultAsync<int>(
                new CommandDefinition(WebhookSql.SoldOut, new { sale = sale.Value }, cancellationToken: stop)), cancel)
                .ConfigureAwait(false);
            if (inventory > 0)
                await AddAsync(storefront, WebhookEvent.OfSoldOut(sale, inventory, clock.GetUtcNow()), cancel)
                    .ConfigureAwait(false);
        }

        foreach (var row in fresh) _seen.Add((storefront, row.Id, row.State));
    }

    private Task<int> AddAsync(string storefront, WebhookEvent told, CancellationToken cancel) =>
        ExecuteAsync(WebhookSql.Add, new { storefront, id = told.Id, type = told.Type, body = told.Body }, cancel);

    private Task<int> AdvanceAsync(string storefront, DateTime to, CancellationToken cancel) =>
        ExecuteAsync(WebhookSql.Advance, new { storefront, me = _me, to }, cancel);

    private Task<int> ExecuteAsync(string sql, object arguments, CancellationToken cancel) => ledger.RunAsync(
        (connection, stop) => connection.ExecuteAsync(new CommandDefinition(sql, arguments, cancellationToken: stop)), cancel);

    private static async Task<List<ChangedReservation>> ReadAsync(
        MySqlConnection connection, string storefront, DateTime from, Guid after, CancellationToken cancel)
    {
        await using var command = new MySqlCommand(WebhookSql.Changes, connection);
        command.Parameters.AddWithValue("@storefront", storefront);
        command.Parameters.AddWithValue("@from", from);
        command.Parameters.AddWithValue("@after", after);
        command.Parameters.AddWithValue("@limit", PageRows);
        await using var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var page = new List<ChangedReservation>();
        while (await reader.ReadAsync(cancel).ConfigureAwait(false))
        {
            page.Add(new ChangedReservation(
                reader.GetGuid(0), SaleId.Parse(reader.GetString(1)), reader.GetInt32(2),
                reader.IsDBNull(3) ? "" : System.Text.Encoding.UTF8.GetString((byte[])reader.GetValue(3)),
                reader.IsDBNull(4) ? "" : reader.GetString(4), (ReservationState)reader.GetInt32(5),
                reader.IsDBNull(6) ? null : (ReleaseReason)reader.GetInt32(6),
                new Money(reader.GetInt64(7), reader.GetString(8)), Time(reader.GetDateTime(9)),
                reader.IsDBNull(10) ? null : reader.GetString(10), Time(reader.GetDateTime(11)),
                Time(reader.GetDateTime(12))));
        }

        return page;
    }

    private static DateTimeOffset Time(DateTime utc) => new(utc, TimeSpan.Zero);

    private static DateTime Earlier(DateTime a, DateTime b) => a < b ? a : b;

    [LoggerMessage(4201, LogLevel.Warning, "Webhooks could not be derived: {Reason}")]
    private partial void LogFailed(string reason);
}
