using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Operators;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.WaitingRooms;
using FlashSale.Contract;

namespace FlashSale.Checkout.Dashboard;

/// <summary>
/// Samples the sales for the dashboards: each second while someone watches, else rarely, so that a chart has a past. All
/// who watch share a sample, and a large ledger is asked less often.
/// </summary>
internal sealed partial class LiveFeed(
    SaleCatalog catalog, UnitCounter counter, LineClient lines, LiveReader reader, SystemParts parts, TimeProvider clock,
    ILogger<LiveFeed> log) : BackgroundService
{
    /// <summary>Dashboards at a time, on this checkout.</summary>
    public const int MaxViewers = 64;

    /// <summary>Lines asked for in a sample, and at a time: those of the newest sales.</summary>
    private const int MaxLines = 50, LinesAtOnce = 8;

    /// <summary>Sampling takes a twentieth of the time, where it can.</summary>
    private const int Share = 20;
    private static readonly TimeSpan s_watched = TimeSpan.FromSeconds(1);

    /// <summary>Seldom enough for any ledger, often enough to be called live.</summary>
    private static readonly TimeSpan s_slowest = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_unwatched = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<SaleId, int> _watched = new();
    private readonly ConcurrentDictionary<SaleId, LiveHistory> _tracks = new();
    private volatile Sample _latest = new(null, _ => null, new Dictionary<SaleId, (string, LiveHistory)>(), NewTick());
    private int _viewers;

    /// <param name="Sales">Of all storefronts.</param>
    /// <param name="Shops">Of one.</param>
    private sealed record Sample(
        string? Sales, Func<StorefrontId, string?> Shops, IReadOnlyDictionary<SaleId, (string Json, LiveHistory Track)> One, TaskCompletionSource Next);

    /// <summary>Counts a viewer in until disposed; null when there are too many.</summary>
    public IDisposable? Enter(SaleId? sale)
    {
        if (Interlocked.Increment(ref _viewers) > MaxViewers)
        {
            Interlocked.Decrement(ref _viewers);
            return null;
        }

        if (sale is { } id) _watched.AddOrUpdate(id, 1, (_, count) => count + 1);
        return new Viewer(this, sale);
    }

    /// <summary>The charts' past, as JSON.</summary>
    public string History(SaleId sale) =>
        JsonSerializer.Serialize(new { points = _tracks.TryGetValue(sale, out var track) ? track.Points : [] }, Wire.Json);

    /// <summary>The next sample: of all sales that the viewer may see, or of one. Null when the ledger has not told of it.</summary>
    public async Task<string?> NextAsync(SaleId? sale, Operator viewer, CancellationToken cancel)
    {
        await _latest.Next.Task.WaitAsync(cancel).ConfigureAwait(false);
        var latest = _latest;
        if (sale is { } id) return latest.One.TryGetValue(id, out var one) ? one.Json : null;
        return viewer.Storefront is { } own ? latest.Shops(own) : latest.Sales;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                if (catalog.Latest is not null) await SampleAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception error) when (LedgerErrors.IsOfLedger(error))
            {
                LogFailed(error.Message);
            }

            var took = Stopwatch.GetElapsedTime(started);
            var pause = Volatile.Read(ref _viewers) > 0 ? s_watched : s_unwatched;
            var rest = took * Share < s_slowest ? took * Share : s_slowest;
            await WaitAsync(pause > rest ? pause : rest, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits, but not once the first viewer comes.</summary>
    private async Task WaitAsync(TimeSpan pause, CancellationToken cancel)
    {
        var (from, without) = (clock.GetTimestamp(), Volatile.Read(ref _viewers) == 0);
        while (pause - clock.GetElapsedTime(from) is var rest && rest > TimeSpan.Zero && !cancel.IsCancellationRequested)
        {
            if (without && Volatile.Read(ref _viewers) > 0) return;
            await Task.Delay(rest < s_watched ? rest : s_watched, clock, cancel)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SampleAsync(CancellationToken cancel)
    {
        var counts = await counter.CountAsync(cancel).ConfigureAwait(false);
        var sales = catalog.Latest!.Sales.Values.Where(row => counts.ContainsKey(row.No)).OrderByDescending(row => row.No).ToList();
        var (listed, one) = (new List<LiveListed>(), new Dictionary<SaleId, (string, LiveHistory)>());
        var numbers = await LinesAsync(sales, counts, cancel).ConfigureAwait(false);
        foreach (var row in sales)
        {
            var (sale, count) = (row.Sale, counts[row.No]);
            var state = SaleStateWord.Of(sale, count.Sold, count.AsOf);
            var line = numbers.GetValueOrDefault(sale.Id);
            var view = OperatorSaleView.Of(sale, count, line);
            listed.Add(new LiveListed(sale.Id, sale.Name, state, sale.StartsAt, sale.EndsAt, view.Units, line?.Waiting));
            var watched = _watched.ContainsKey(sale.Id);
            if (!watched && line is null) continue;
            var track = _tracks.GetOrAdd(sale.Id, _ => new LiveHistory());
            track.Take(row, state, view.Units, line, count.AsOf);
            if (watched) one[sale.Id] = (await DetailAsync(row, state, view, track, cancel).ConfigureAwait(false), track);
        }

        var (asOf, shops) = (catalog.Latest.AsOf, sales.ToDictionary(row => row.Sale.Id, row => row.Sale.Storefront));
        var previous = _latest;
        _latest = new Sample(Listed(listed, asOf), shop => Listed(listed.Where(row => shops[row.Id] == shop), asOf), one, NewTick());
        previous.Next.SetResult();
    }

    /// <summary>Asks the waiting room for what is watched or moves, not for every sale that ever was.</summary>
    private async Task<IReadOnlyDictionary<SaleId, LineNumbers?>> LinesAsync(
        IEnumerable<SaleRow> sales, Dictionary<int, UnitCounts> counts, CancellationToken cancel)
    {
        var asked = sales
            .Where(row => _watched.ContainsKey(row.Sale.Id)
                || SaleStateWord.Of(row.Sale, counts[row.No].Sold, counts[row.No].AsOf) is "prequeue" or "open" or "paused")
            .OrderByDescending(row => _watched.ContainsKey(row.Sale.Id)).Take(MaxLines);
        var answers = new ConcurrentDictionary<SaleId, LineNumbers?>();
        await Parallel.ForEachAsync(
            asked, new ParallelOptions { MaxDegreeOfParallelism = LinesAtOnce, CancellationToken = cancel },
            async (row, stop) => answers[row.Sale.Id] = await lines.FindAsync(row.Sale.Id, stop).ConfigureAwait(false))
            .ConfigureAwait(false);
        return answers;
    }

    private async Task<string> DetailAsync(
        SaleRow row, string state, OperatorSaleView view, LiveHistory track, CancellationToken cancel)
    {
        var seen = parts.LookAsync(cancel);
        track.Take(await reader.ChangesAsync(row.No, track.ChangesSince, cancel).ConfigureAwait(false));
        var payments = await reader.PaymentsAsync(row.No, cancel).ConfigureAwait(false);
        var expiring = await reader.ExpiringAsync(row.No, cancel).ConfigureAwait(false);
        LivePart[] all = [.. SystemParts.Edges(view.Line), .. await seen.ConfigureAwait(false)];
        return JsonSerializer.Serialize(new LiveSale(
            view, state, view.Line, view.Units, track.JoinsPerSecond, view.Line?.PollsPerSecond, payments, expiring, all, track.Events,
            view.ServerTime), Wire.Json);
    }

    private static string Listed(IEnumerable<LiveListed> sales, DateTimeOffset asOf) =>
        JsonSerializer.Serialize(new { sales, serverTime = asOf }, Wire.Json);

    private static TaskCompletionSource NewTick() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(4060, LogLevel.Warning, "The dashboard's sample failed: {Reason}", EventName = "DashboardFailed")]
    private partial void LogFailed(string reason);

    private sealed class Viewer(LiveFeed feed, SaleId? sale) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 1) return;
            Interlocked.Decrement(ref feed._viewers);
            if (sale is not { } id) return;
            if (feed._watched.AddOrUpdate(id, 0, (_, count) => count - 1) <= 0)
                feed._watched.TryRemove(new KeyValuePair<SaleId, int>(id, 0));
        }
    }
}
