using Dapper;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;

using MySqlConnector;

namespace FlashSale.Checkout.Watch;

/// <summary>
/// Counts the ledger for the metrics while somebody scrapes them. It looks at the rows themselves, so that it
/// would see what the schema's unique keys exist to prevent (a restored backup, keys that were dropped). Held
/// and recently sold units are few; a sale that has sold a million costs a second of one connection each
/// time.
/// </summary>
public sealed partial class LedgerWatch(
    LedgerDatabase ledger, Migrator migrator, LedgerMetrics metrics, TimeProvider clock,
    ILogger<LedgerWatch> log)
    : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    // In: nothing. Out: a row a sale; then one row: seconds overdue, seconds of the oldest open payment.
    private static readonly string s_count =
        $"""
        SELECT s.id AS Sale, s.inventory AS Inventory,
          COALESCE(r.held, 0) AS Held, COALESCE(r.sold, 0) AS Sold, COALESCE(r.withdrawn, 0) AS Withdrawn,
          GREATEST(0, COALESCE(r.held + r.sold, 0) - s.inventory, COALESCE(r.taken - r.units, 0)) AS Oversold,
          COALESCE(r.held + r.sold - r.shoppers, 0) AS Twice, COALESCE(p.unsold, 0) AS UnsoldCaptures
        FROM sales s
        LEFT JOIN (
          SELECT sale_no, COUNT(*) AS taken, COUNT(DISTINCT unit) AS units,
            COUNT(DISTINCT shopper) AS shoppers,
            SUM(state IN {ReservationStates.InCart}) AS held, SUM(state IN {ReservationStates.Sold}) AS sold,
            SUM(state = {ReservationState.Withdrawn:D}) AS withdrawn
          FROM reservations WHERE state IN {ReservationStates.Live} GROUP BY sale_no) r ON r.sale_no = s.no
        LEFT JOIN (
          SELECT a.sale_no, COUNT(*) AS unsold
          FROM payment_attempts a JOIN reservations v ON v.id = a.reservation
          WHERE a.state = {AttemptState.Captured:D} AND v.state <> {ReservationState.Sold:D} GROUP BY a.sale_no) p ON p.sale_no = s.no
        ORDER BY s.no;
        SELECT
          COALESCE((SELECT TIMESTAMPDIFF(MICROSECOND, MIN(release_at), UTC_TIMESTAMP(3)) FROM reservations
            WHERE state = {ReservationState.Held:D} AND release_at < UTC_TIMESTAMP(3)), 0) / 1000000 AS SweepLag,
          COALESCE((SELECT TIMESTAMPDIFF(MICROSECOND, MIN(created_at), UTC_TIMESTAMP(3)) FROM payment_attempts
            WHERE due_at IS NOT NULL), 0) / 1000000 AS OldestPayment;
        """;

    /// <summary>Counts once.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        metrics.Take(await ledger.RunAsync(ReadAsync, cancel).ConfigureAwait(false));
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.Migrated.WaitAsync(stoppingToken).ConfigureAwait(false);
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            if (!metrics.IsWatched) continue;
            try
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception error) when (LedgerErrors.IsOfLedger(error))
            {
                metrics.Failed();
                LogFailed(error.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private async Task<LedgerReading> ReadAsync(MySqlConnection connection, CancellationToken cancel)
    {
        using var answers = await connection.QueryMultipleAsync(
            new CommandDefinition(s_count, cancellationToken: cancel)).ConfigureAwait(false);
        var sales = await answers.ReadAsync<SaleRow>().ConfigureAwait(false);
        var (lag, oldest) = await answers.ReadSingleAsync<(double, double)>().ConfigureAwait(false);
        return new LedgerReading(true, clock.GetTimestamp(), Math.Max(0, lag), Math.Max(0, oldest),
            [.. sales.Select(row => row.Reading)]);
    }

    /// <summary>The columns, whatever number type the server makes of them.</summary>
    private sealed class SaleRow
    {
        public string Sale { get; init; } = "";
        public long Inventory { get; init; }
        public long Held { get; init; }
        public long Sold { get; init; }
        public long Withdrawn { get; init; }
        public long Oversold { get; init; }
        public long Twice { get; init; }
        public long UnsoldCaptures { get; init; }

        public SaleReading Reading =>
            new(Sale, Inventory, Held, Sold, Withdrawn, Oversold, Twice, UnsoldCaptures);
    }

    [LoggerMessage(4090, LogLevel.Warning,
        "The ledger cannot be counted for the metrics: {Reason}",
        EventName = "LedgerNotCounted")]
    private partial void LogFailed(string reason);
}
