using System.Collections.Immutable;

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.WaitingRoom.Ledger;

using Microsoft.Extensions.Options;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>
/// The pump: pulls the ledger, and while this room leads ticks every sale and publishes the board. Standing by it pulls
/// more seldom, for the sales' settings and the ledger's clock. It does what <see cref="PullSchedule"/> and
/// <see cref="SaleDecision"/> decide, and decides nothing about units or turns itself.
/// <para>
/// Threads: all that is here belongs to the one loop (<see cref="RunAsync"/>). Others only poke it, and read
/// <see cref="PumpSnapshot"/>.
/// </para>
/// </summary>
public sealed partial class Pump(
    ILedger ledger, PulledSales catalog, Leadership leadership, ILineServer redis, TimeProvider clock,
    IOptions<WaitingRoomOptions> options, ILogger<Pump> log) : BackgroundService
{
    /// <summary>
    /// Sleeping lines that are looked at in one tick, to be sure: they fell asleep together, perhaps, and others
    /// wait.
    /// </summary>
    private const int MaxSleepers = 50;

    private readonly MachineTime _time = new(clock);
    private readonly Dictionary<SaleId, SaleRunner> _sales = [];
    private readonly BoardWriter _boards = new(redis, clock);
    private PullSchedule _schedule = PullSchedule.Start;
    private Task<Pull>? _pulling;
    private Term? _term;
    private long _tickedAt;
    private bool _toldAll;

    /// <summary>The sales as they were taken last.</summary>
    private IReadOnlyDictionary<SaleId, Sale>? _listed;
    private ImmutableDictionary<SaleId, PumpedSale> _numbers = PumpSnapshot.Empty.Sales;

    // What other threads touch.
    private PumpSnapshot _snapshot = PumpSnapshot.Empty;
    private TaskCompletionSource _wake = new(OneThread.Continuations);
    private int _poked;

    private sealed record Pull(PullQuestion Question, LedgerSnapshot? Snapshot, long AskedAt);

    /// <summary>This room leads and has heard the ledger since.</summary>
    public bool IsLeading => Leads(Snapshot);

    /// <summary>How long ago every sale was last looked at; zero while another waiting room leads.</summary>
    public TimeSpan SinceTick => Snapshot.TickedAt is > 0 and var at && leadership.Current is not null
        ? clock.GetElapsedTime(at) : TimeSpan.Zero;

    /// <summary>How often lines are looked at when nothing wakes the pump. It is slower in simulated sales.</summary>
    internal TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(50);

    private PumpSnapshot Snapshot => Volatile.Read(ref _snapshot);

    private bool Leads(PumpSnapshot now) => now is { Heard: true, Term: { } term } && ReferenceEquals(leadership.Current, term);

    /// <summary>A sale's live numbers, when this room leads.</summary>
    public LineNumbers? Numbers(SaleId sale) => Snapshot is var now && Leads(now)
        ? now.Sales.GetValueOrDefault(sale)?.ToLineNumbers(now.AsOf) : null;

    /// <summary>A unit has come free in the ledger, or a sale has changed: pull soon. Pokes that come together are one.</summary>
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
            var term = await TakeTermAsync().ConfigureAwait(false);
            var answered = await PullAsync(term, stoppingToken).ConfigureAwait(false);
            if (term is not null && answered) answered = await TickAsync(term).ConfigureAwait(false);
            if (!answered)
            {
                LogStopped();
                WakeAll();
                Tell(all: true);
            }

            var asOf = catalog.Clock.GetUtcNow();
            Volatile.Write(ref _snapshot, new PumpSnapshot(_term, _schedule.Heard, _tickedAt, asOf, _numbers));
            await Task.WhenAny(_wake.Task, Task.Delay(Tick, clock, stoppingToken)).ConfigureAwait(false);
            if (_wake.Task.IsCompleted) Volatile.Write(ref _wake, new TaskCompletionSource(OneThread.Continuations));
        }
    }

    /// <summary>
    /// What the edges and operators shall know now of every line that was seen; and of which lines that may be news.
    /// </summary>
    private List<KeyValuePair<SaleId, PumpedSale>> Tell(bool all)
    {
        var news = new List<KeyValuePair<SaleId, PumpedSale>>();
        foreach (var (id, runner) in _sales)
        {
            if (!all && !runner.HasNews && runner.State.SaysAsleep) continue;
            if (catalog.Find(id) is { } sale && runner.Tell(sale) is { } told) news.Add(new(id, told));
        }

        _numbers = _numbers.SetItems(news);
        return news;
    }

    private void WakeAll()
    {
        foreach (var runner in _sales.Values) runner.Wake();
    }

    private async Task<Term?> TakeTermAsync()
    {
        var term = leadership.Current;
        if (term is null || ReferenceEquals(term, _term)) return term;
        var continues = term.Tenure == _term?.Tenure;
        if (!continues)
        {
            // The ledger may be away: what it has said before is enough to show the edges the line, and an epoch that they do not
            // know of.
            _sales.Clear();
            _numbers = _numbers.Clear();
            foreach (var sale in catalog.Sales.Keys) Add(sale, isNew: false);
        }

        foreach (var sale in _sales.Values) await sale.RunAsync(term, new SaleInput.NewTerm()).ConfigureAwait(false);
        _boards.Forget();
        _schedule = _schedule.NewTerm(continues);
        return _term = term;
    }

    private void Add(SaleId sale, bool isNew) => _sales[sale] = new SaleRunner(sale, redis, catalog, _time, isNew, log);

    /// <summary>Takes an answer of the ledger, and asks it again when it is time; false when Redis gave no answer.</summary>
    private async Task<bool> PullAsync(Term? term, CancellationToken cancel)
    {
        if (_pulling is { IsCompleted: true })
        {
            var pull = await _pulling.ConfigureAwait(false);
            _pulling = null;
            if (pull.Snapshot is not null && !await TakeAsync(term, pull, pull.Snapshot).ConfigureAwait(false)) return false;
        }

        if (_pulling is not null) return true;
        (_schedule, var question) = _schedule.Next(
            catalog.Now(_time), leads: term is not null, poked: Volatile.Read(ref _poked) == 1,
            saleNeedsAll: _sales.Values.Any(sale => sale.State.Line.NeedsLedger));
        if (question is null) return true;
        Interlocked.Exchange(ref _poked, 0);
        _pulling = PullOnceAsync(question, cancel);
        return true;
    }

    private async Task<Pull> PullOnceAsync(PullQuestion question, CancellationToken cancel)
    {
        var askedAt = clock.GetTimestamp();
        try
        {
            return new Pull(
                question, await ledger.PullAsync(question.Since, question.Sums, catalog.Revision, cancel).ConfigureAwait(false), askedAt);
        }
        finally
        {
            // Taken at once; this is no reason for the next pull.
            Wake();
        }
    }

    /// <summary>Tells every sale; false when Redis gave no answer.</summary>
    private async Task<bool> TakeAsync(Term? term, Pull pull, LedgerSnapshot snapshot)
    {
        catalog.Take(snapshot, pull.AskedAt);
        if (term is null || !_schedule.IsOfTerm(pull.Question)) return true;

        // By what was taken last, and not by whether this answer lists them: another may have while the lease had lapsed.
        var salesChanged = !ReferenceEquals(_listed, catalog.Sales);
        if (salesChanged) TakeSales(catalog.Sales);
        _schedule = _schedule.Hear(pull.Question, salesChanged, snapshot.Outage);
        var (units, now) = (snapshot.Units.ToLookup(unit => unit.Sale), catalog.Now(_time));
        foreach (var (id, runner) in _sales)
        {
            var sale = catalog.Find(id)!;
            // Nothing that a line which sleeps waits for.
            if (!pull.Question.IsFull && !units.Contains(id) && runner.SleepsDeep(sale, now)) continue;
            var told = new SaleInput.Told(
                sale, [.. units[id]], snapshot, pull.Question.IsFull, _time.At(pull.AskedAt),
                options.Value.RecoverySeconds);
            if (await runner.RunAsync(term, told).ConfigureAwait(false) is null) return false;
        }

        _schedule = _schedule.Taken(pull.Question, snapshot.AsOf, Differs(snapshot.Held));
        return true;
    }

    /// <summary>The sales are others, or have other settings.</summary>
    private void TakeSales(IReadOnlyDictionary<SaleId, Sale> listed)
    {
        foreach (var sale in listed.Keys)
            if (!_sales.ContainsKey(sale)) Add(sale, isNew: _schedule.Heard);
        foreach (var gone in _sales.Keys.Where(sale => !listed.ContainsKey(sale)).ToList())
        {
            _sales.Remove(gone);
            _numbers = _numbers.Remove(gone);
        }

        (_listed, _toldAll) = (listed, false);
    }

    private bool Differs(IReadOnlyList<HeldSum>? sums)
    {
        var bySale = sums?.ToDictionary(sum => sum.Sale, sum => sum.Sum);
        var differing = _sales.Where(pair => pair.Value.State.MissesSold
            || (bySale is not null && pair.Value.State.DiffersFrom(bySale.GetValueOrDefault(pair.Key)))).ToList();
        foreach (var (sale, _) in differing) LogDiffers(sale);
        return differing.Count > 0;
    }

    /// <summary>Lets every sale look at its line, and publishes the boards; false when Redis gave no answer.</summary>
    private async Task<bool> TickAsync(Term term)
    {
        var (start, now) = (clock.GetTimestamp(), catalog.Now(_time));
        var (ticks, awake, sleepers) = (new List<Task<long?>>(), new List<(SaleRunner Runner, Sale Sale)>(), 0);
        foreach (var (id, runner) in _sales)
        {
            if (catalog.Find(id) is not { } sale || runner.Sleeps(sale, now)) continue;
            if (!runner.SleepsDeep(sale, now)) awake.Add((runner, sale));
            else if (++sleepers > MaxSleepers) continue;
            ticks.Add(runner.RunAsync(term, new SaleInput.Tick(sale)));
        }

        var fences = await Task.WhenAll(ticks).ConfigureAwait(false);
        if (fences.Contains(null)) return false;
        var newer = fences.Max() ?? 0;
        if (newer == 0) await Task.WhenAll(awake.Select(one => one.Runner.CountAsync(one.Sale))).ConfigureAwait(false);
        var news = Tell(all: _boards.NeedsAll || !_toldAll);
        _toldAll = true;
        if (newer == 0)
        {
            var published = await _boards.WriteAsync(term, news, catalog.Clock.GetUtcNow()).ConfigureAwait(false);
            if (published is not { } answer) return false;
            newer = answer.Higher;
            foreach (var woken in answer.Woken) _sales.GetValueOrDefault(woken)?.Wake();
            // They are looked at at once, and not a tick later.
            if (answer.Woken.Count > 0) Wake();
        }

        if (newer > 0) leadership.Fenced(term, newer);
        PumpMetrics.Ticked(clock.GetElapsedTime(start));
        _tickedAt = clock.GetTimestamp();
        return true;
    }

    [LoggerMessage(3203, LogLevel.Warning,
        "Sale {Sale}: what is held or sold is not what the ledger's changes led to; all is asked for",
        EventName = "HeldDiffers")]
    private partial void LogDiffers(SaleId sale);

    [LoggerMessage(3202, LogLevel.Debug, "Nobody is admitted: Redis is not reachable", EventName = "PumpStopped")]
    private partial void LogStopped();
}
