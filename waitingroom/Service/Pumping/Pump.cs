using System.Collections.Concurrent;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.WaitingRoom.Ledger;

using Microsoft.Extensions.Options;

using StackExchange.Redis;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>
/// The pump: pulls the ledger, and while this room leads ticks every sale and publishes the board. Standing by it pulls
/// more seldom, for the sales' settings and the ledger's clock.
/// </summary>
public sealed partial class Pump(
    ILedger ledger, SaleCatalog catalog, Leadership leadership, ILineServer redis, TimeProvider clock,
    IOptions<WaitingRoomOptions> options, ILogger<Pump> log) : BackgroundService
{
    /// <summary>Without the ledger for this long nobody is admitted: fail closed.</summary>
    public static readonly TimeSpan LedgerPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_pull = TimeSpan.FromMilliseconds(200);

    /// <summary>However often it is poked: a busy checkout pokes with every cart.</summary>
    private static readonly TimeSpan s_pokedPull = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan s_standbyPull = TimeSpan.FromMilliseconds(1000);

    /// <summary>How often what is taken for held is compared with the ledger.</summary>
    private static readonly TimeSpan s_compare = TimeSpan.FromMilliseconds(1000);
    private static readonly TimeSpan s_publish = TimeSpan.FromMilliseconds(1000);

    private readonly ConcurrentDictionary<SaleId, SalePump> _sales = new();
    private readonly Dictionary<SaleId, (LineBoard Board, long At)> _published = [];
    private TaskCompletionSource _wake = new(OneThread.Continuations);
    private int _poked;
    private Task<Pull>? _pulling;
    private long _pulledAt;
    private DateTimeOffset? _since;
    private long _comparedAt;

    /// <summary>Changes alone will not do: the next pull is of everything.</summary>
    private bool _needsAll;
    private Term? _term;
    private bool _firstPull;
    private long _tickedAt;

    private sealed record Pull(LedgerSnapshot? Snapshot, bool Full, long AskedAt);

    /// <summary>This room leads and has heard the ledger since.</summary>
    public bool IsLeading => leadership.Current is { } term && ReferenceEquals(term, _term) && !_firstPull;

    /// <summary>How long ago every sale was last looked at; zero while another waiting room leads.</summary>
    public TimeSpan SinceTick =>
        Interlocked.Read(ref _tickedAt) is var at and > 0 && leadership.Current is not null
            ? clock.GetElapsedTime(at) : TimeSpan.Zero;

    /// <summary>A sale's live numbers, when this room leads.</summary>
    public LineNumbers? Numbers(SaleId sale) => IsLeading ? _sales.GetValueOrDefault(sale)?.Numbers : null;

    /// <summary>Something has changed in the ledger: pull soon. Pokes that come together are one.</summary>
    public void Poke()
    {
        Interlocked.Exchange(ref _poked, 1);
        Wake();
    }

    private void Wake() => Volatile.Read(ref _wake).TrySetResult();

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var term = TakeTerm();
                await PullAsync(term, stoppingToken).ConfigureAwait(false);
                if (term is not null) await TickAsync(term).ConfigureAwait(false);
            }
            catch (LineUnavailableException error)
            {
                LogStopped(error.InnerException?.Message);
            }

            await _wake.Task.WaitAsync(s_tick, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_wake.Task.IsCompleted) Volatile.Write(ref _wake, new TaskCompletionSource(OneThread.Continuations));
        }
    }

    private Term? TakeTerm()
    {
        var term = leadership.Current;
        if (ReferenceEquals(term, _term)) return term;
        if (term is not null)
        {
            var continues = term.Tenure == _term?.Tenure;
            if (!continues) _sales.Clear();
            foreach (var sale in _sales.Values) sale.Restart();
            _published.Clear();
            (_firstPull, _since) = (_firstPull || !continues, null);
            _term = term;
        }

        return term;
    }

    private async Task PullAsync(Term? term, CancellationToken cancel)
    {
        if (_pulling is { IsCompleted: true })
        {
            var pull = await _pulling.ConfigureAwait(false);
            _pulling = null;
            if (pull.Snapshot is not null) await TakeAsync(term, pull).ConfigureAwait(false);
        }

        var waited = clock.GetElapsedTime(_pulledAt);
        var due = waited >= (term is null ? s_standbyPull : s_pull) || (Volatile.Read(ref _poked) == 1 && waited >= s_pokedPull);
        if (_pulling is not null || !due) return;
        Interlocked.Exchange(ref _poked, 0);
        var full = term is not null && (_since is null || _needsAll || _sales.Values.Any(sale => sale.NeedsLedger));
        _pulledAt = clock.GetTimestamp();
        DateTimeOffset? since = full ? null : term is null ? catalog.Clock.GetUtcNow() : _since;
        var compare = term is not null && !full && clock.GetElapsedTime(_comparedAt) >= s_compare;
        if (compare) _comparedAt = _pulledAt;
        _pulling = PullOnceAsync(since, compare, _pulledAt, cancel);
    }

    private async Task<Pull> PullOnceAsync(DateTimeOffset? since, bool compare, long askedAt, CancellationToken cancel)
    {
        try
        {
            return new Pull(
                await ledger.PullAsync(since, compare, catalog.Revision, cancel).ConfigureAwait(false), since is null, askedAt);
        }
        finally
        {
            // Taken at once; this is no reason for the next pull.
            Wake();
        }
    }

    private async Task TakeAsync(Term? term, Pull pull)
    {
        var snapshot = pull.Snapshot!;
        catalog.Take(snapshot, pull.AskedAt);
        if (term is null) return;
        if (!pull.Full && _since is null) return; // Asked for before the term began.

        foreach (var sale in catalog.Sales.Keys)
            if (!_sales.ContainsKey(sale))
                _sales[sale] = new SalePump(
                    sale, redis, catalog, clock, options.Value.RecoverySeconds, isNew: !_firstPull, log);
        foreach (var gone in _sales.Keys.Where(sale => catalog.Find(sale) is null).ToList()) _sales.TryRemove(gone, out _);
        _firstPull = false;

        // A change of an inventory may move more units than are told of in time.
        _needsAll |= !pull.Full && snapshot.Sales is not null;
        var units = snapshot.Units.ToLookup(unit => unit.Sale);
        foreach (var (id, pump) in _sales)
            await pump.ApplyAsync(
                term, catalog.Find(id)!, [.. units[id]], snapshot, pull.Full, pull.AskedAt).ConfigureAwait(false);
        _since = snapshot.AsOf;
        _needsAll = !pull.Full && (_needsAll || Differs(snapshot.Held));
    }

    /// <summary>
    /// A change that was missed shows in the sums, whether its transaction took longer to commit than the ledger looks back
    /// or the ledger was put back to an older state.
    /// </summary>
    private bool Differs(IReadOnlyList<HeldSum>? sums)
    {
        if (sums is null) return false;
        var bySale = sums.ToDictionary(sum => sum.Sale, sum => sum.Sum);
        var differing = _sales.Where(pair => pair.Value.DiffersFrom(bySale.GetValueOrDefault(pair.Key))).ToList();
        foreach (var (sale, _) in differing) LogDiffers(sale);
        return differing.Count > 0;
    }

    private async Task TickAsync(Term term)
    {
        var start = clock.GetTimestamp();
        var sales = _sales.Where(pair => catalog.Find(pair.Key) is not null).ToList();
        var outcomes = await Task.WhenAll(
            sales.Select(pair => pair.Value.TickAsync(term, catalog.Find(pair.Key)!))).ConfigureAwait(false);
        if (outcomes.Contains(LookOutcome.Fenced)) leadership.Fenced(term, sales.Max(pair => pair.Value.FencedBy));
        else await PublishAsync(term, sales).ConfigureAwait(false);
        PumpMetrics.Ticked(clock.GetElapsedTime(start));
        Interlocked.Exchange(ref _tickedAt, clock.GetTimestamp());
    }

    private async Task PublishAsync(Term term, List<KeyValuePair<SaleId, SalePump>> sales)
    {
        List<RedisValue> values = [term.Fence];
        foreach (var (id, pump) in sales)
        {
            if (pump.Board(catalog.Find(id)!) is not { } board) continue;
            if (_published.TryGetValue(id, out var last) && clock.GetElapsedTime(last.At) < s_publish
                && last.Board with { Now = 0, Past = board.Past } == board with { Now = 0 }) continue;
            _published[id] = (board, clock.GetTimestamp());
            values.Add(id.Value);
            values.Add(JsonSerializer.Serialize(board, LineJson.Default.LineBoard));
        }

        if (values.Count == 1) return;
        var higher = (long)await redis.RunAsync(Script.Publish, [LineKeys.Board], [.. values]).ConfigureAwait(false);
        if (higher == 0) return;
        // The lease was lost and the board was not: a lease with a higher fence follows.
        _published.Clear();
        leadership.Fenced(term, higher);
    }

    [LoggerMessage(3203, LogLevel.Warning, "Sale {Sale}: what is held is not what the ledger's changes led to; all is asked for")]
    private partial void LogDiffers(SaleId sale);

    [LoggerMessage(3202, LogLevel.Debug, "Nobody is admitted: Redis is not reachable: {Reason}")]
    private partial void LogStopped(string? reason);
}
