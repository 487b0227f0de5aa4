using System.Collections.Frozen;
using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.Gateway.Catalog;

/// <summary>
/// Every sale and storefront, pulled from the checkout every <see cref="Interval"/> and at once when an unknown sale is
/// asked for. The last good catalog stays when the checkout is down. Sets the <see cref="LedgerClock"/>.
/// </summary>
/// <param name="checkout">A client of the checkouts with the service key.</param>
public sealed partial class EdgeCatalog(HttpClient checkout, LedgerClock clock, ILogger<EdgeCatalog> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Questions for unknown sales cause a pull this often at the most.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(100);

#pragma warning disable CA2213 // It has nothing to dispose of, and a pull that is under way must be able to end.
    private readonly SemaphoreSlim _pulling = new(1, 1);
#pragma warning restore CA2213
    private volatile FrozenDictionary<string, ListedSale>? _sales;
    private volatile Dictionary<StorefrontId, Storefront> _storefronts = [];
    private string _revision = "";
    private long _startedAt = long.MinValue;
    private volatile bool _lastFailed;

    /// <summary>True once the checkout has answered.</summary>
    public bool IsReady => _sales is not null;

    /// <summary>Where the storefronts that are listed publish their keys.</summary>
    public IReadOnlySet<string> JwksUrls => _storefronts.Values.Select(one => one.JwksUrl).OfType<string>().ToHashSet();

    /// <summary>What is known in memory.</summary>
    public ListedSale? Find(string sale) => _sales is { } sales && sales.TryGetValue(sale, out var listed) ? listed : null;

    /// <summary>What is known, after asking the checkout when it is not.</summary>
    public async ValueTask<SaleLookup> FindAsync(SaleId sale, CancellationToken cancel)
    {
        if (Find(sale.Value) is { } known) return new SaleLookup(known, true);
        await PullAsync(clock.GetTimestamp(), cancel).ConfigureAwait(false);
        return new SaleLookup(Find(sale.Value), IsReady && !_lastFailed);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await PullAsync(clock.GetTimestamp(), stoppingToken).ConfigureAwait(false);
                await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <summary>Returns after a pull that began at or after <paramref name="since"/>.</summary>
    private async Task PullAsync(long since, CancellationToken cancel)
    {
        await _pulling.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_startedAt != long.MinValue)
            {
                if (_startedAt >= since) return;
                var rest = MinInterval - clock.GetElapsedTime(_startedAt);
                if (rest > TimeSpan.Zero) await Task.Delay(rest, clock, cancel).ConfigureAwait(false);
            }
            _startedAt = clock.GetTimestamp();
            await PullOnceAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _pulling.Release();
        }
    }

    private async Task PullOnceAsync(CancellationToken cancel)
    {
        try
        {
            var askedAt = clock.GetTimestamp();
            var answer = await checkout.GetFromJsonAsync<Contract.Catalog>(
                "internal/catalog?revision=" + Uri.EscapeDataString(_revision), Wire.Json, cancel).ConfigureAwait(false)
                ?? throw new JsonException("the catalog is null");
            clock.Set(answer.AsOf, askedAt);
            if (answer.Sales is not null) Take(answer.Sales, answer.Storefronts ?? []);
            _revision = answer.Revision;
            if (_lastFailed) LogReachable();
            _lastFailed = false;
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or OperationCanceledException
            or InvalidOperationException or IOException)
        {
            if (cancel.IsCancellationRequested) throw;
            if (!_lastFailed) LogUnreachable(error.Message);
            _lastFailed = true;
        }
    }

    /// <summary>What has not changed stays the same object: pages are rendered and compressed once for each.</summary>
    private void Take(IReadOnlyList<Sale> sales, IReadOnlyList<Storefront> storefronts)
    {
        _storefronts = storefronts.ToDictionary(storefront => storefront.Id, Kept);
        _sales = sales.ToFrozenDictionary(
            sale => sale.Id.Value, sale => Kept(sale, _storefronts.GetValueOrDefault(sale.Storefront)));
    }

    private ListedSale Kept(Sale sale, Storefront? storefront) =>
        Find(sale.Id.Value) is { } known && known.Sale == sale && ReferenceEquals(known.Storefront, storefront)
            ? known : new ListedSale(sale, storefront);

    /// <summary>Compared as text: it has lists, which a record compares by reference.</summary>
    private Storefront Kept(Storefront storefront) =>
        _storefronts.TryGetValue(storefront.Id, out var known)
        && JsonSerializer.Serialize(known, Wire.Json) == JsonSerializer.Serialize(storefront, Wire.Json)
            ? known : storefront;

    [LoggerMessage(1001, LogLevel.Warning,
        "The checkout's catalog could not be pulled; kept the last one: {Reason}",
        EventName = "CatalogUnreachable")]
    private partial void LogUnreachable(string reason);

    [LoggerMessage(1002, LogLevel.Information,
        "The checkout's catalog is being pulled again",
        EventName = "CatalogReachable")]
    private partial void LogReachable();
}
