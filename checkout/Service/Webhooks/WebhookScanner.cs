using FlashSale.Checkout.Ledger;

using Microsoft.Extensions.Options;

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
        var storefronts = await ledger.ListAsync<string>("SELECT storefront FROM webhook_endpoints", null, cancel)
            .ConfigureAwait(false);
        foreach (var storefront in storefronts)
            await ScanAsync(storefront, cancel).ConfigureAwait(false);
    }

    private async Task ScanAsync(string storefront, CancellationToken cancel)
    {
        if (!await LeaseAsync(storefront, cancel).ConfigureAwait(false)) return;
        var endpoint = await ledger.ListAsync<(DateTime Now, DateTime From)>(
            "SELECT UTC_TIMESTAMP(3), scanned_to FROM webhook_endpoints WHERE storefront = @storefront",
            new { storefront }, cancel).ConfigureAwait(false);
        if (endpoint is not [var (asOf, from)]) return; // It was taken back meanwhile.

        var after = Guid.Empty;
        while (true)
        {
            var rows = await ledger.ListAsync<ChangedRow>(
                WebhookSql.Changes, new { storefront, from, after, limit = PageRows }, cancel).ConfigureAwait(false);
            var page = rows.ConvertAll(row => row.ToReservation());
            await TellAsync(storefront, page, cancel).ConfigureAwait(false);
            if (page.Count < PageRows) break;
            (from, after) = (page[^1].ChangedAt.UtcDateTime, page[^1].Id);
            await AdvanceAsync(storefront, Earlier(from, asOf - Overlap), cancel).ConfigureAwait(false);
            if (!await LeaseAsync(storefront, cancel).ConfigureAwait(false)) return;
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
            var (inventory, refunded) = await ledger.FindAsync<(int Inventory, long Refunded)>(
                WebhookSql.SoldOut, new { sale = sale.Value }, cancel).ConfigureAwait(false);
            if (inventory == 0) continue;
            await AddAsync(storefront, WebhookEvent.OfSoldOut(sale, inventory, refunded, clock.GetUtcNow()), cancel)
                .ConfigureAwait(false);
        }

        foreach (var row in fresh) _seen.Add((storefront, row.Id, row.State));
    }

    private async Task<bool> LeaseAsync(string storefront, CancellationToken cancel) =>
        await ledger.ExecuteAsync(WebhookSql.Lease, new { storefront, me = _me }, cancel).ConfigureAwait(false) > 0;

    private Task<int> AddAsync(string storefront, WebhookEvent told, CancellationToken cancel) =>
        ledger.ExecuteAsync(WebhookSql.Add, new { storefront, id = told.Id, type = told.Type, body = told.Body }, cancel);

    private Task<int> AdvanceAsync(string storefront, DateTime to, CancellationToken cancel) =>
        ledger.ExecuteAsync(WebhookSql.Advance, new { storefront, me = _me, to }, cancel);

    private static DateTime Earlier(DateTime a, DateTime b) => a < b ? a : b;

    [LoggerMessage(4201, LogLevel.Warning, "Webhooks could not be derived: {Reason}", EventName = "WebhooksNotDerived")]
    private partial void LogFailed(string reason);
}
