using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.WaitingRoom.Ledger;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>
/// Runs what <see cref="SaleDecision"/> decides for one sale, and tells it the answers. One input is worked off at a time, by
/// the pump's loop alone.
/// </summary>
internal sealed partial class SaleRunner(
    SaleId id, ILineServer redis, PulledSales catalog, MachineTime time, bool isNew, ILogger log)
{
    private static readonly TimeSpan s_count = TimeSpan.FromSeconds(1);

    /// <summary>From a number that is given to the edge that gave it, and from an edge's report to Redis.</summary>
    private static readonly TimeSpan s_onTheWay = TimeSpan.FromSeconds(3);

    private readonly LineStore _store = new(id, redis);

    /// <summary>How many numbers had been given, at each count of the last seconds.</summary>
    private readonly Queue<(TimeSpan At, uint Epoch, bool ByRank, long Next)> _given = new();
    private TimeSpan _countedAt = TimeSpan.FromDays(-1);
    private readonly LineOrdering _ordering = new();
    private SaleState _state = SaleState.Start(isNew, catalog.Now(time));

    /// <summary>What is known after the last input.</summary>
    public SaleState State => _state;

    /// <summary>What is known may not be what was told of it.</summary>
    public bool HasNews { get; private set; } = true;

    /// <summary>There is nothing to do for it at a tick (<see cref="Sleep"/>).</summary>
    public bool Sleeps(Sale sale, Moment now) => Sleep.Is(_state, sale, now);

    /// <summary>It sleeps, and is only looked at to be sure.</summary>
    public bool SleepsDeep(Sale sale, Moment now) => Sleep.IsDeep(_state, sale, now);

    /// <summary>An edge has changed it, or that may be.</summary>
    public void Wake()
    {
        HasNews = true;
        (_state, _) = SaleDecision.Decide(_state, new SaleInput.Woken(), catalog.Now(time));
    }

    /// <summary>What the edges and operators shall know of it now; null before there is a line.</summary>
    public PumpedSale? Tell(Sale sale)
    {
        HasNews = false;
        return _state.Board(sale, catalog.Clock.GetUtcNow()) is { } board ? new PumpedSale(board, _state.View!) : null;
    }

    /// <summary>
    /// Works off an input and all that follows from it; above 0 the fence of a newer leader, which ends it; null when Redis gave
    /// no answer.
    /// </summary>
    public async Task<long?> RunAsync(Term term, SaleInput input)
    {
        HasNews = true;
        while (true)
        {
            (_state, var command) = SaleDecision.Decide(_state, input, catalog.Now(time));
            if (command is null) return input is SaleInput.Lost ? null : 0;
            try
            {
                var (answer, fencedBy) = await AnswerAsync(term, command, input).ConfigureAwait(false);
                if (answer is null) return fencedBy;
                input = answer;
            }
            catch (LineUnavailableException)
            {
                input = new SaleInput.Lost();
            }
        }
    }

    /// <summary>Counts who is in line, once a second; when Redis gives no answer the last count stands.</summary>
    public async Task CountAsync(Sale sale)
    {
        var now = time.Now;
        if (_state.View is not { } view || now - _countedAt < s_count) return;
        // It slept, and the edges have told nothing meanwhile: until they have, everyone is there.
        if (now - _countedAt > s_onTheWay) _given.Clear();
        _countedAt = now;
        var byRank = LineOrdering.HasRanks(sale, view.Shuffled);
        if (_given.TryPeek(out var before) && (before.Epoch != view.Epoch || before.ByRank != byRank)) _given.Clear();
        _given.Enqueue((now, view.Epoch, byRank, view.Next));
        // Every edge has told of those who came so long ago.
        var told = LiveRanks.ToldEvery(view.Next) + s_onTheWay;
        while (_given.Count > 1 && now - _given.ElementAt(1).At > told) _given.Dequeue();
        var isTold = now - _given.Peek().At > told;
        // Until they have told of a shuffled line, what they told of the numbers is true of it as a whole.
        if (!isTold && _state.Live is { } last && last.Epoch == view.Epoch && last.ByRank != byRank) return;
        var live = await _store.CountAsync(view, byRank, isTold ? _given.Peek().Next : 0).ConfigureAwait(false);
        if (live is not null) (_state, _) = SaleDecision.Decide(_state, new SaleInput.Counted(live), catalog.Now(time));
    }

    /// <summary>Runs a command; no answer but a fence when a newer leader has been here.</summary>
    private async Task<(SaleInput? Answer, long FencedBy)> AnswerAsync(Term term, SaleCommand command, SaleInput cause)
    {
        switch (command)
        {
            case SaleCommand.Look look:
                if (await _store.LookAsync(term, look).ConfigureAwait(false) is not var (view, fencedBy)) return (new SaleInput.Lost(), 0);
                if (fencedBy > 0) return (null, fencedBy);
                return (view is null ? new SaleInput.ShownNone() : new SaleInput.Shown(((SaleInput.Tick)cause).Sale, look, view) { Ordering = _ordering }, 0);
            case SaleCommand.Load load:
                return (await _store.LoadAsync(load).ConfigureAwait(false), 0);
            case SaleCommand.Settle settle:
                return (new SaleInput.Settled(settle, await _store.SettleAsync(term, settle.Epoch, settle.Settlements).ConfigureAwait(false)), 0);
            case SaleCommand.Begin begin:
                var begun = await _store.BeginAsync(term, begin).ConfigureAwait(false);
                if (begun) LogBegan(log, id, begin.Epoch, begin.Admitted, begin.BlockedUntil);
                return (new SaleInput.Begun(begin, begun), 0);
            case SaleCommand.Admit admit:
                var results = await _store.AdmitAsync(term, admit).ConfigureAwait(false);
                if (results is not null) PumpMetrics.Admitted(id, results.Count(one => one));
                return (new SaleInput.Admitted(admit, results), 0);
            default:
                throw new ArgumentOutOfRangeException(nameof(command));
        }
    }

    [LoggerMessage(3201, LogLevel.Warning,
        "Sale {Sale} begins epoch {Epoch} with {Admitted} admissions known; units are blocked until {BlockedUntil}",
        EventName = "EpochBegan")]
    private static partial void LogBegan(ILogger log, SaleId sale, uint epoch, int admitted, long blockedUntil);
}
