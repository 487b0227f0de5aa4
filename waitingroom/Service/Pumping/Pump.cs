using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.WaitingRoom.Ledger;

using Microsoft.Extensions.Options;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>
/// The pump: pulls the ledger, and while this room leads ticks every sale and publishes the board. Standing by it pulls
/// more seldom, for the sales' settings and the ledger's clock. It does what <see cref="PullSchedule"/> and
/// <see cref="SaleDecision"/> decide, and decides nothing itself.
/// <para>
/// Threads: all that is here belongs to the one loop (<see cref="RunAsync"/>). Others only poke it, and read
/// <see cref="PumpSnapshot"/>.
/// </para>
/// </summary>
public sealed partial class Pump(
    ILedger ledger, PulledSales catalog, Leadership leadership, ILineServer redis, TimeProvider clock,
    IOptions<WaitingRoomOptions> options, ILogger<Pump> log) : BackgroundService
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(50);

    private readonly MachineTime _time = new(clock);
    private readonly Dictionary<SaleId, SaleRunner> _sales = [];
    private readonly BoardWriter _boards = new(redis, clock);
    private PullSchedule _schedule = PullSchedule.Start;
    private Task<Pull>? _pulling;
    private Term? _term;
    private long _tickedAt;
    private IReadOnlyDictionary<SaleId, PumpedSale> _numbers = PumpSnapshot.Empty.Sales;

    // What other threads touch.
    private PumpSnapshot _snapshot = PumpSnapshot.Empty;
    private TaskCompletionSource _wake = new(OneThread.Continuations);
    private int _poked;

    private sealed record Pull(PullQuestion Question, LedgerSnapshot? Snapshot, long AskedAt);

    /// <summary>This room leads and has heard the ledger since.</summary>
    public bool IsLeading => Snapshot is { Heard: true, Term: { } term } && ReferenceEquals(leadership.Current, term);

    /// <summary>How long ago every sale was last looked at; zero while another waiting room leads.</summary>
    public TimeSpan SinceTick => Snapshot.TickedAt > 0 && leadership.Current is not null
        ? clock.GetElapsedTime(Snapshot.TickedAt) : TimeSpan.Zero;

    private PumpSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>A sale's live numbers, when this room leads.</summary>
    public LineNumbers? Numbers(SaleId sale) => IsLeading ? Snapshot.Sales.GetValueOrDefault(sale)?.ToLineNumbers() : null;

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
            var term = await TakeTermAsync().ConfigureAwait(false);
            var answered = await PullAsync(term, stoppingToken).ConfigureAwait(false);
            if (term is not null && answered) answered = await TickAsync(term).ConfigureAwait(false);
            if (!answered)
            {
                LogStopped();
                _numbers = Numbers();
            }

            Volatile.Write(ref _snapshot, new PumpSnapshot(_term, _schedule.Heard, _tickedAt, _numbers));
            await Task.WhenAny(_wake.Task, Task.Delay(s_tick, clock, stoppingToken)).ConfigureAwait(false);
            if (_wake.Task.IsCompleted) Volatile.Write(ref _wake, new TaskCompletionSource(OneThread.Continuations));
        }
    }

    /// <summary>Of every line that was seen: what the edges and operators shall know now.</summary>
    private Dictionary<SaleId, PumpedSale> Numbers()
    {
        var numbers = new Dictionary<SaleId, PumpedSale>(_sales.Count);
        foreach (var (id, runner) in _sales)
            if (catalog.Find(id) is { } sale && runner.State.Board(sale, catalog.Clock.GetUtcNow()) is { } board)
                numbers[id] = new PumpedSale(board, runner.State.View!);
        return numbers;
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

        foreach (var sale in catalog.Sales.Keys)
            if (!_sales.ContainsKey(sale)) Add(sale, isNew: _schedule.Heard);
        foreach (var gone in _sales.Keys.Where(sale => catalog.Find(sale) is null).ToList()) _sales.Remove(gone);
        _schedule = _schedule.Hear(pull.Question, snapshot.Sales is not null, snapshot.Outage);
        var units = snapshot.Units.ToLookup(unit => unit.Sale);
        foreach (var (id, runner) in _sales)
        {
            var told = new SaleInput.Told(
                catalog.Find(id)!, [.. units[id]], snapshot, pull.Question.IsFull, _time.At(pull.AskedAt),
                options.Value.RecoverySeconds);
            if (await runner.RunAsync(term, told).ConfigureAwait(false) is null) return false;
        }

        _schedule = _schedule.Taken(pull.Question, snapshot.AsOf, Differs(snapshot.Held));
        return true;
    }

    private bool Differs(IReadOnlyList<HeldSum>? sums)
    {
        var bySale = sums?.ToDictionary(sum => sum.Sale, sum => sum.Sum);
        var differing = _sales.Where(pair => pair.Value.State.MissesSold
            || (bySale is not null && pair.Value.State.DiffersFrom(bySale.GetValueOrDefault(pair.Key)))).ToList();
        foreach (var (sale, _) in differing) LogDiffers(sale);
        return differing.Count > 0;
    }

    private Task CountAsync()
    {
        var counts = new List<Task>(_sales.Count);
        foreach (var (id, runner) in _sales)
            if (catalog.Find(id) is { } sale) counts.Add(runner.CountAsync(sale));
        return Task.WhenAll(counts);
    }

    /// <summary>Lets every sale look at its line, and publishes the boards; false when Redis gave no answer.</summary>
    private async Task<bool> TickAsync(Term term)
    {
        var start = clock.GetTimestamp();
        var ticks = new List<Task<long?>>(_sales.Count);
        foreach (var (id, runner) in _sales)
            if (catalog.Find(id) is { } sale) ticks.Add(runner.RunAsync(term, new SaleInput.Tick(sale)));
        var fences = await Task.WhenAll(ticks).ConfigureAwait(false);
        if (fences.Contains(null)) return false;
        var newer = fences.Max() ?? 0;
        if (newer == 0) await CountAsync().ConfigureAwait(false);
        _numbers = Numbers();
        if (newer == 0)
        {
            if (await _boards.WriteAsync(term, _numbers).ConfigureAwait(false) is not { } higher) return false;
            newer = higher;
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
