using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Calling;

/// <summary>
/// Who gets which unit of a sale, and what Redis must be told: all of the leader's decisions, as a function of what it knows,
/// what it has just learned, and when. It asks nobody: whoever runs a command gives its answer as the next input. So a sale
/// can be replayed, and millions of them be tried in virtual time.
/// </summary>
public static class SaleDecision
{
    /// <summary>Without the ledger for this long nobody is admitted: fail closed.</summary>
    public static readonly TimeSpan LedgerPatience = TimeSpan.FromSeconds(2);

    /// <summary>Admissions a script call; more follow at the next tick.</summary>
    private const int MaxAdmit = 500;

    /// <summary>
    /// Within this time every edge has read of a shuffle, or that the line is awake, and told whom it has seen: until then nobody is
    /// passed over. Nor is anybody called before every edge has told of the shuffle: one edge may have seen a shopper whom another
    /// has since told to come back later than a turn waits.
    /// </summary>
    private static readonly TimeSpan s_newsHeard = TimeSpan.FromMilliseconds(1000);

    /// <summary>
    /// A line that can be given nothing is looked at so often, as often as the edges read of it: that a unit comes free is the
    /// ledger's word, which wakes the pump.
    /// </summary>
    private static readonly TimeSpan s_looksIdle = TimeSpan.FromMilliseconds(200);

    /// <summary>For whom the second is not over when the block is.</summary>
    private const int BlockMarginSeconds = 2;

    /// <summary>The next state, and what to do now; null for nothing until the next input.</summary>
    public static (SaleState State, SaleCommand? Command) Decide(SaleState state, SaleInput input, Moment now) => input switch
    {
        SaleInput.Tick tick => OnTick(state, tick.Sale, now),
        SaleInput.Shown shown => OnShown(state, shown, now),
        SaleInput.ShownNone => state.Line is LineEpoch.Absent ? (state, null) : (state, new SaleCommand.Load(Absent: true)),
        SaleInput.Loaded loaded => (OnLoaded(state, loaded, now), null),
        SaleInput.Told told => OnTold(state, told),
        SaleInput.Settled settled => (OnSettled(state, settled), null),
        SaleInput.Begun begun => (OnBegun(state, begun, now), null),
        SaleInput.Admitted admitted => (OnAdmitted(state, admitted), null),
        // What was under way has happened or not: Redis is asked before anything else is given.
        SaleInput.Lost =>
            (Sleep.Awake(state) with { Line = state.Line.Forget(), Stopped = "Redis not reachable" }, null),
        SaleInput.Counted counted => (state with { Live = counted.Live }, null),
        SaleInput.Woken => (Sleep.Awake(state), null),
        SaleInput.NewTerm => (Sleep.Awake(state) with { Line = state.Line.Forget() }, null),
        _ => throw new ArgumentOutOfRangeException(nameof(input)),
    };

    private static (SaleState, SaleCommand?) OnTick(SaleState state, Sale sale, Moment now)
    {
        if (Sleep.Is(state, sale, now)) return (state, null);
        state = state with { Rate = state.Rate.Fill(now.Machine, sale.AdmitPerSecond) };
        var wanted = state.Line is LineEpoch.Running && WhyStopped(sale, state, state.View, now) is null
            ? Math.Min(MaxAdmit, Math.Min(state.Book.Available(sale.Inventory), state.Rate.Available)) : 0;
        if (wanted == 0 && state.Line is LineEpoch.Running && now.Machine - state.LookedAt < s_looksIdle) return (state, null);
        return (state with { LookedAt = now.Machine }, new SaleCommand.Look(wanted, sale.Order, now.Ledger >= sale.StartsAt));
    }

    private static (SaleState, SaleCommand?) OnShown(SaleState state, SaleInput.Shown shown, Moment now)
    {
        var (sale, view) = (shown.Sale, shown.View);
        if (view.Shuffled > 0 && (sale.AwaitsBeacon || state.View is not { Shuffled: > 0 } before || before.Epoch != view.Epoch))
            state = state with { ShuffledAt = now.Machine };
        state = state with
        {
            View = view,
            Line = state.Line with { BlockedUntil = Math.Max(state.Line.BlockedUntil, view.BlockedUntil) },
        };
        foreach (var place in view.Freed) state.Book.Left(place);
        if (state.Line is LineEpoch.Unknown or LineEpoch.Absent)
            return (state with { AwakeSince = null }, new SaleCommand.Load(Absent: false));
        if (state.Line is not LineEpoch.Running) return (state, null);

        state = Sleep.Seen(state with { Stopped = WhyStopped(sale, state, view, now) }, sale, now);
        state = state with { AwakeSince = state.SaysAsleep ? null : state.AwakeSince ?? now.Machine };
        if (state.Stopped is not null || shown.Asked.Wanted == 0 || view.Shuffled is null) return (state, null);
        var heard = now.Machine - s_newsHeard;
        if (heard < state.ShuffledAt) return (state, null);
        var redeemBy = (long)Math.Ceiling((now.Ledger.ToUnixTimeMilliseconds() + TurnTimes.TurnMs(sale.ClaimSeconds)) / 1000.0);
        var units = state.Book.Peek(Math.Min(shown.Asked.Wanted, state.Book.Available(sale.Inventory)));
        // An edge has not told whom it has seen while it took the line to be asleep.
        var seen = heard < state.AwakeSince ? view with { Coverages = [] } : view;
        var choice = Chooser.Choose(seen, sale, shown.Ordering, units, redeemBy, state.Horizon(sale), state.Book.HasUnit);
        if (choice is null) return (state, null);

        // Taken before the answer: an answer that is lost must not leave a unit free that has been given.
        foreach (var admission in choice.Admissions) state.Book.Admit(admission);
        return (state, new SaleCommand.Admit(view, choice));
    }

    private static SaleState OnAdmitted(SaleState state, SaleInput.Admitted admitted)
    {
        var (view, choice) = (admitted.Command.View, admitted.Command.Choice);
        for (var i = 0; i < choice.Admissions.Count; i++)
            if (admitted.Results is null || !admitted.Results[i]) state.Book.Left(choice.Admissions[i].Place);
        if (admitted.Results is not { } results) return state with { Line = state.Line.Forget() };
        return state with
        {
            Rate = state.Rate.Spend(results.Count(one => one)),
            View = view with { Head = choice.Head, Skipped = choice.Skipped },
        };
    }

    /// <summary>Redis is the truth about admissions, unless it has lost them: then this leader's memory is.</summary>
    private static SaleState OnLoaded(SaleState state, SaleInput.Loaded loaded, Moment now)
    {
        IEnumerable<AdmittedPlace> admitted = loaded.Admissions, held = loaded.Held;
        if (state.KnowsAll && loaded.Absent)
        {
            // An old copy may call admitted, and even in a cart, what has ended since. Of the latter it is told.
            admitted = state.Book.Admitted;
            held = state.Book.Held.Concat(held).DistinctBy(one => one.Place);
        }
        else if (loaded.Absent)
        {
            // An old copy, perhaps: a turn that nobody had claimed may have been given up since, and another been promised the unit.
            // Nobody is called until no promise can be alive (Begin); whose turn it was comes back to the front with the next poll.
            var unclaimed = admitted.Where(one => !one.Claimed).Select(one => one.RedeemBy);
            state = state with { PromisedUntil = unclaimed.Append(state.PromisedUntil).Max() };
            admitted = admitted.Where(one => one.Claimed);
        }

        var book = new UnitBook();
        book.Load(loaded.Absent ? admitted.Select(one => one with { Claimed = true }) : admitted, held);
        book.KeepTokens(state.Book.TokensOut);
        var (number, past) = Known(state, loaded);
        var blockedUntil = Math.Max(state.Line.BlockedUntil, loaded.BlockedUntil);
        return state with
        {
            Book = book,
            Missed = state.Missed.Union(loaded.Missed),
            Line = loaded.Absent
                ? new LineEpoch.Absent(number, past, blockedUntil, now.Machine)
                : new LineEpoch.Loaded(number, past, blockedUntil, now.Machine),
            Stopped = loaded.Absent ? "the line is being rebuilt" : "starting",
        };
    }

    /// <summary>
    /// The newest epoch that is known of, and the epochs up to it. An old copy of Redis may know less than this leader
    /// remembers: a number that was given once is never given to another epoch.
    /// </summary>
    private static (uint Number, string Past) Known(SaleState state, SaleInput.Loaded loaded)
    {
        var (number, past) = (state.Line.Number, state.Line.Past);
        if (state.View is { } view && view.Epoch >= number) (number, past) = (view.Epoch, view.PastWithIt);
        return loaded.Epoch >= number ? (loaded.Epoch, loaded.Past) : (number, past);
    }

    private static (SaleState, SaleCommand?) OnTold(SaleState state, SaleInput.Told told)
    {
        var asked = state.Line switch
        {
            LineEpoch.Loaded loaded => loaded.At,
            LineEpoch.Absent absent => absent.At,
            _ => TimeSpan.MinValue,
        };
        if (state.Line is LineEpoch.Unknown || (state.Line.NeedsLedger && (!told.Full || told.AskedAt < asked)))
            return (state, null);

        var (sale, snapshot) = (told.Sale, told.Snapshot);
        if (state.Line is LineEpoch.Absent)
        {
            var second = snapshot.AsOf.ToUnixTimeSeconds();
            if (!state.KnowsAll && state.OthersUntil == 0) state = state with { OthersUntil = second };
            if (second == NewestEpoch(state)) return (state, null);
        }

        state = state with { MissesSold = state.SoldLately.Misses(told.Units, snapshot.AsOf, told.Full) };
        // Nobody has been called in it yet, and perhaps nobody been told of it: whoever began it got no answer, or died.
        if (state is { Line: LineEpoch.Loaded, View: { RecoverUntil: > 0, Head: 0 } view } && view.Epoch != state.OpenEpoch)
            state = state with { RecoverUntil = snapshot.AsOf.ToUnixTimeSeconds() + told.RecoverySeconds };
        state.Book.Exist(sale.MaxUnit);
        var settlements = state.Book.Apply(
            told.Units, snapshot, sale, told.Full, rebuild: state.Line is LineEpoch.Absent,
            lineSince: state.Line is LineEpoch.Running running ? running.Since : snapshot.AsOf);
        if (told.Full)
            state = state with
            {
                Foreign = told.Units.Where(row => row.State is UnitState.Held).Sum(row => (long)AdmittedPlace.ChecksumOf(row.Admission))
                    - state.Book.HeldSum,
            };
        // A turn that was used after all, by a statement that committed late, was not missed.
        state = state with
        {
            Missed = state.Missed.Union(PlacesOf(settlements, SettlementKind.Miss))
                .Except(PlacesOf(settlements, SettlementKind.Hold)).Except(PlacesOf(settlements, SettlementKind.Sell)),
        };
        state = Sleep.Told(state, sale, settlements);
        return state.Line is LineEpoch.Absent
            ? Begin(state, sale, snapshot.AsOf, settlements, told.RecoverySeconds)
            : (state, new SaleCommand.Settle(settlements, snapshot.AsOf, state.Epoch));
    }

    private static IEnumerable<Place> PlacesOf(List<Settlement> settlements, SettlementKind kind) =>
        settlements.Where(one => one.Kind == kind).Select(one => one.Place);

    private static (SaleState, SaleCommand) Begin(
        SaleState state, Sale sale, DateTimeOffset asOf, List<Settlement> settlements, int recoverySeconds)
    {
        var seconds = asOf.ToUnixTimeSeconds();
        var epoch = (uint)Math.Max(seconds, NewestEpoch(state) + 1);
        var started = asOf >= sale.StartsAt;
        var isFirst = state.KnowsAll && state.Line.Number == 0;
        // Who has not led until now cannot know which units are promised: all wait until no promise can be alive.
        if (!state.KnowsAll && started)
        {
            var turn = (long)Math.Ceiling(TurnTimes.TurnMs(sale.ClaimSeconds) / 1000.0);
            // An operator may have made turns shorter since those began that a copy tells of.
            var until = Math.Max(seconds + turn, state.PromisedUntil) + sale.GraceSeconds + BlockMarginSeconds;
            state = state with { Line = state.Line with { BlockedUntil = Math.Max(state.Line.BlockedUntil, until) } };
        }

        settlements = [.. state.Missed.Select(Settlement.Miss), .. settlements, .. state.Book.Admitted.Select(Settlement.Admit)];
        var begin = new SaleCommand.Begin(
            epoch, state.Line.Past, isFirst ? 0 : seconds + recoverySeconds, state.Line.BlockedUntil, sale.Order, started,
            settlements, asOf, state.Book.AdmittedCount);
        // Its number is used up before the answer: it may have begun, and be lost again.
        return (state with { Line = state.Line with { Number = epoch, Past = begin.PastWithIt } }, begin);
    }

    /// <summary>
    /// The highest number that an epoch may have by now, whether or not Redis still knows of it: of two epochs with one number
    /// nobody could tell the places apart. An epoch has the number of the ledger's second in which it begins, so that whoever
    /// has led before cannot have begun one in a later second than that in which this leader first asks the ledger; and the
    /// next one begins in the next second. (A clock that has gone back further is not waited for.)
    /// </summary>
    private static long NewestEpoch(SaleState state) => Math.Max(state.Line.Number, state.OthersUntil);

    private static SaleState OnBegun(SaleState state, SaleInput.Begun begun, Moment now)
    {
        if (!begun.Done) return state with { Line = state.Line.Forget() };
        var (command, line) = (begun.Command, state.Line);
        return state with
        {
            Line = new LineEpoch.Running(command.Epoch, command.PastWithIt, line.BlockedUntil, command.AsOf),
            KnowsAll = true,
            OpenEpoch = command.Epoch,
            RecoverUntil = command.RecoverUntil == 0
                ? 0 : now.Ledger.ToUnixTimeSeconds() + command.RecoverUntil - command.AsOf.ToUnixTimeSeconds(),
        };
    }

    private static SaleState OnSettled(SaleState state, SaleInput.Settled settled)
    {
        if (!settled.Done) return state with { Line = state.Line.Forget() };
        if (state.Line is not LineEpoch.Loaded line) return state;
        return state with
        {
            Line = new LineEpoch.Running(line.Number, line.Past, line.BlockedUntil, settled.Command.AsOf),
            KnowsAll = true,
            OpenEpoch = state.View?.Epoch ?? 0,
        };
    }

    internal static string? WhyStopped(Sale sale, SaleState state, LineView? view, Moment now)
    {
        if (now.LedgerAge > LedgerPatience) return LineBoard.LedgerGone;
        if (sale.Paused) return "paused";
        if (now.Ledger < sale.StartsAt) return "not started";
        if (now.Ledger >= sale.EndsAt) return LineBoard.Ended;
        if (sale.AwaitsBeacon) return LineBoard.BeaconMissing;
        if (view is null) return null;
        if (Math.Max(view.RecoverUntil, state.RecoverUntil) > now.Ledger.ToUnixTimeSeconds()) return "shoppers take their places again";
        return view.BlockedUntil > now.Ledger.ToUnixTimeSeconds() ? "units may be promised that are not known of" : null;
    }
}
