using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.WaitingRoom.Ledger;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>
/// Admits the shoppers of one sale, for one leader. It mirrors Redis and the ledger in a <see cref="UnitBook"/>:
/// <code>
///   Unknown ── LoadAsync (admissions from Redis) ──► NeedsLedger ── ApplyAsync (a full snapshot) ──► Running
///      ▲                                                                                              │
///      └────────── Redis gave no answer, or the line is gone (then ApplyAsync begins an epoch) ───────┘
/// </code>
/// </summary>
public sealed partial class SalePump(
    SaleId id, ILineServer redis, SaleCatalog catalog, TimeProvider clock, int recoverySeconds, bool isNew, ILogger log)
{
    /// <summary>Admissions a script call; more follow at the next tick.</summary>
    private const int MaxAdmit = 500;

    private enum State { Unknown, NeedsLedger, Running }

    private readonly LineStore _store = new(id, redis);
    private readonly LineOrdering _ordering = new();
    private readonly RateBudget _rate = new(clock);
    private UnitBook _book = new();
    private State _state = State.Unknown;

    /// <summary>Of the ledger's sum, what is held by admissions that are not of this line.</summary>
    private long _foreign;

    /// <summary>The line must be begun anew from what is known.</summary>
    private bool _absent;

    /// <summary>Every admission that may be out is in <see cref="_book"/>: this pump has led without a gap.</summary>
    private bool _knowsAll = isNew;
    private long _loadedAt;

    /// <summary>When this pump last began to run: it has reached Redis at every tick since.</summary>
    private DateTimeOffset _lineSince;

    /// <summary>A block outlasts the line it began with: epoch seconds of the ledger.</summary>
    private long _blockedUntil;
    private string _past = "";
    private uint _lastEpoch;
    private LineView? _view;
    private string? _stopped = "starting";

    /// <summary>A full snapshot that is asked for from now on is needed.</summary>
    public bool NeedsLedger => _state == State.NeedsLedger;

    /// <summary>It runs, and these are not the units that it takes for held (<see cref="HeldSum"/>).</summary>
    public bool DiffersFrom(long heldSum) => _state == State.Running && heldSum != _book.HeldSum + _foreign;

    public LineNumbers? Numbers => _view is not { } view ? null : new LineNumbers(
        view.Epoch, view.Next, view.Head, view.Next - view.Head, view.ReturningCount, _book.AdmittedCount,
        Math.Round(_rate.PerSecond, 2), view.Skipped, view.Coverages.Count, _stopped, catalog.Clock.GetUtcNow())
    {
        PollsPerSecond = Math.Round(
            view.Edges.Where(edge => edge.SeenMsAgo < EdgeNumbers.LiveMs).Sum(edge => edge.PollsPerSecond), 1),
        EdgesSeen = view.Edges,
    };

    /// <summary>What the edges shall know; null before there is a line.</summary>
    public LineBoard? Board(Sale sale) => _view is not { } view ? null : new LineBoard
    {
        Epoch = view.Epoch,
        Next = view.Next,
        Head = view.Head,
        Shuffled = view.Shuffled,
        Horizon = PollBudget.Horizon(sale.AdmitPerSecond, sale.PresenceSeconds),
        PresenceSeconds = sale.PresenceSeconds,
        Past = view.PastEpochs,
        Waiting = view.Next - view.Head,
        Returning = view.ReturningCount,
        Admitted = _book.AdmittedCount,
        Held = _book.HeldCount,
        Sold = _book.SoldCount,
        Available = _book.Available(sale.Inventory),
        AdmissionsPerSecond = Math.Round(_rate.PerSecond, 2),
        SkippedAbsent = view.Skipped,
        Edges = Math.Max(1, view.Coverages.Count),
        StoppedBecause = _stopped,
        Recovering = view.RecoverUntil > Now.ToUnixTimeSeconds(),
        Now = Now.ToUnixTimeMilliseconds(),
    };

    private DateTimeOffset Now => catalog.Clock.GetUtcNow();

    /// <summary>The fence of a newer leader that was met.</summary>
    public long FencedBy { get; private set; }

    /// <summary>Another term of the same tenure began: look again at everything.</summary>
    public void Restart() => _state = State.Unknown;

    /// <summary>Applies a snapshot; begins an epoch when the line is gone.</summary>
    /// <param name="askedAt">This machine's timestamp before the snapshot was asked for.</param>
    public async Task ApplyAsync(
        Term term, Sale sale, IReadOnlyCollection<LedgerUnit> units, LedgerSnapshot snapshot, bool full, long askedAt)
    {
        if (_state == State.Unknown || (_state == State.NeedsLedger && (!full || askedAt < _loadedAt))) return;
        _book.Grow(sale.MaxUnit);
        var settlements = _book.Apply(
            units, snapshot, sale, full, rebuild: _absent,
            lineSince: _state == State.Running ? _lineSince : snapshot.AsOf);
        if (full)
            _foreign = units.Where(row => row.State is UnitState.Held).Sum(row => (long)AdmittedPlace.ChecksumOf(row.Admission))
                - _book.HeldSum;
        try
        {
            var done = _absent
                ? await BeginAsync(term, sale, snapshot.AsOf, settlements).ConfigureAwait(false)
                : await _store.SettleAsync(term, settlements).ConfigureAwait(false);
            if (!done) _state = State.Unknown;
            else if (_state == State.NeedsLedger)
                (_state, _knowsAll, _lineSince) = (State.Running, true, snapshot.AsOf);
        }
        catch (LineUnavailableException)
        {
            _state = State.Unknown;
            throw;
        }
    }

    /// <summary>One tick: looks, decides, admits.</summary>
    public async Task<LookOutcome> TickAsync(Term term, Sale sale)
    {
        try
        {
            return await LookAndAdmitAsync(term, sale).ConfigureAwait(false);
        }
        catch (LineUnavailableException)
        {
            // What was under way has happened or not: Redis is asked before anything else is given.
            _stopped = "Redis not reachable";
            _state = State.Unknown;
            throw;
        }
    }

    private async Task<LookOutcome> LookAndAdmitAsync(Term term, Sale sale)
    {
        var budget = _rate.Available(sale.AdmitPerSecond);
        var wanted = _state == State.Running && WhyStopped(sale, _view) is null
            ? Math.Min(MaxAdmit, Math.Min(_book.Available(sale.Inventory), budget)) : 0;
        (var outcome, var view, FencedBy) = await _store.LookAsync(
            term, wanted == 0 ? 0 : wanted + 100, wanted > 0, sale.Order, Now >= sale.StartsAt).ConfigureAwait(false);
        if (outcome == LookOutcome.Fenced) return outcome;
        if (_state == State.Unknown || (outcome == LookOutcome.Absent && !_absent))
            await LoadAsync(outcome == LookOutcome.Absent).ConfigureAwait(false);
        if (view is null) return outcome;

        _view = view;
        _blockedUntil = Math.Max(_blockedUntil, view.BlockedUntil);
        foreach (var place in view.Freed) _book.Left(place);
        if (_state == State.Running) _stopped = WhyStopped(sale, view);
        if (_state != State.Running || _stopped is not null || wanted == 0 || view.Shuffled is null) return outcome;

        var redeemBy = (long)Math.Ceiling((Now.ToUnixTimeMilliseconds() + sale.ClaimSeconds * 1000L) / 1000.0);
        var units = _book.Peek(Math.Min(wanted, _book.Available(sale.Inventory)));
        var horizon = PollBudget.Horizon(sale.AdmitPerSecond, sale.PresenceSeconds);
        var choice = Chooser.Choose(view, sale, _ordering, units, redeemBy, horizon);
        if (choice is null) return outcome;
        return await AdmitAsync(term, view, choice).ConfigureAwait(false);
    }

    private async Task<LookOutcome> AdmitAsync(Term term, LineView view, Choice choice)
    {
        // Taken before the answer: an answer that is lost must not leave a unit free that has been given.
        foreach (var admission in choice.Admissions) _book.Admit(admission);
        var admitted = await _store.AdmitAsync(term, view, choice).ConfigureAwait(false);
        for (var i = 0; i < choice.Admissions.Count; i++)
            if (admitted is null || !admitted[i]) _book.Left(choice.Admissions[i].Place);
        if (admitted is null)
        {
            _state = State.Unknown;
            return LookOutcome.Ok;
        }

        var count = admitted.Count(one => one);
        _rate.Spend(count);
        PumpMetrics.Admitted(id, count);
        _view = view with { Head = choice.Head, Skipped = choice.Skipped };
        return LookOutcome.Ok;
    }

    /// <summary>Redis is the truth about admissions, unless it has lost them: then this pump's memory is.</summary>
    private async Task LoadAsync(bool absent)
    {
        var (admitted, held, epoch, past) = await _store.LoadAsync().ConfigureAwait(false);
        var book = new UnitBook();
        if (_knowsAll && absent)
        {
            // An old copy may call admitted, and even in a cart, what has ended since. Of the latter it is told.
            admitted = [.. _book.Admitted];
            held = [.. _book.Held.Concat(held).DistinctBy(one => one.Place)];
        }

        book.Load(admitted.Select(one => absent ? one with { Claimed = true } : one), held);
        _book = book;
        _absent = absent;
        if (epoch > 0) (_lastEpoch, _past) = (epoch, past);
        else if (absent && _view is { } lost)
            (_lastEpoch, _past) = (lost.Epoch, $"{lost.Epoch}:{lost.Shuffled?.ToString() ?? "-"} {lost.Past}".TrimEnd());
        _loadedAt = clock.GetTimestamp();
        _state = State.NeedsLedger;
        _stopped = absent ? "the line is being rebuilt" : "starting";
    }

    private async Task<bool> BeginAsync(
        Term term, Sale sale, DateTimeOffset asOf, IEnumerable<Settlement> settlements)
    {
        var seconds = asOf.ToUnixTimeSeconds();
        var epoch = Math.Max((uint)seconds, _lastEpoch + 1);
        var started = asOf >= sale.StartsAt;
        var first = _knowsAll && _lastEpoch == 0;
        var recoverUntil = first ? 0 : seconds + recoverySeconds;
        // Who has not led until now cannot know which units are promised: all wait until no promise can be alive.
        if (!_knowsAll && started)
            _blockedUntil = Math.Max(_blockedUntil, seconds + sale.ClaimSeconds + sale.GraceSeconds + 2);
        if (!await _store.BeginAsync(
            term, epoch, _past, recoverUntil, _blockedUntil, sale.Order, started,
            [.. settlements, .. _book.Admitted.Select(Settlement.Admit)]).ConfigureAwait(false)) return false;
        (_absent, _lastEpoch) = (false, epoch);
        LogBegan(log, id, epoch, _book.AdmittedCount, _blockedUntil);
        return true;
    }

    private string? WhyStopped(Sale sale, LineView? view)
    {
        if (catalog.Age > Pump.LedgerPatience) return LineBoard.LedgerGone;
        if (sale.Paused) return "paused";
        var now = Now;
        if (now < sale.StartsAt) return "not started";
        if (now >= sale.EndsAt) return "ended";
        if (view is null) return null;
        if (view.RecoverUntil > now.ToUnixTimeSeconds()) return "shoppers take their places again";
        return view.BlockedUntil > now.ToUnixTimeSeconds() ? "units may be promised that are not known of" : null;
    }

    [LoggerMessage(3201, LogLevel.Warning,
        "Sale {Sale} begins epoch {Epoch} with {Admitted} admissions known; units are blocked until {BlockedUntil}")]
    private static partial void LogBegan(ILogger log, SaleId sale, uint epoch, int admitted, long blockedUntil);
}
