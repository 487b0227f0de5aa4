namespace FlashSale.Tests.Simulation.Mutations;

/// <summary>
/// Mistakes that somebody could make in the decisions, and, at the end, in the scripts (whose models stand for them: these
/// are held to the real ones by a test of their own). Some have been made: simulation had found them, one in tens of thousands of sales.
/// <para>
/// What takes more sales to show than a test may run is tried elsewhere: <c>admit.lua</c> without its fence, and without its second look
/// at who is due (<c>LeaseTests</c>); whoever is away passed over before all edges have spoken (<c>ChooserTests</c>); a snapshot that is
/// older than what Redis has shown, changes alone after a loss, and a start that is not waited for (<c>SaleDecisionTests</c>); and a term
/// that goes on with the changes of the one before (<c>PullScheduleTests</c>).
/// </para>
/// </summary>
internal static class Mistakes
{
    private const string Decision = "waitingroom/Calling/SaleDecision.cs";
    private const string Book = "waitingroom/Calling/UnitBook.cs";
    private const string Chooser = "waitingroom/Calling/Chooser.cs";
    private const string Schedule = "waitingroom/Calling/PullSchedule.cs";
    private const string Lease = "waitingroom/Calling/Lease.cs";
    private const string Sold = "waitingroom/Calling/SoldLately.cs";
    private const string Present = "simulator/Models/PresentHash.cs";
    private const string Scripts = "simulator/Models/RedisModel.Pump.cs";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("an unclaimed admission is freed without the grace", Book,
            "snapshot.AsOf.ToUnixTimeMilliseconds() - sale.GraceSeconds * 1000L;",
            "snapshot.AsOf.ToUnixTimeMilliseconds() + 1000L;"),
        new("a promise is booked only when its answer arrives", Decision,
            "foreach (var admission in choice.Admissions) state.Book.Admit(admission);", ""),
        new("promises are forgotten when an answer is lost", Decision,
            "(Sleep.Awake(state) with { Line = state.Line.Forget(), Stopped = \"Redis not reachable\" }, null),",
            "(state with { Book = new UnitBook() }, null),") { Sale = 20260164 },
        new("a new epoch takes an old one's number", Decision,
            "Math.Max(seconds, NewestEpoch(state) + 1)", "Math.Max(1, state.Line.Number)"),
        new("a new leader without a line does not wait for promises that it cannot know", Decision,
            "if (!state.KnowsAll && started)", "if (!state.KnowsAll && !started)") { Sale = 20260112 },
        new("every leader takes itself for one that knows all", "waitingroom/Calling/SaleState.cs",
            "KnowsAll = isNew,", "KnowsAll = true,"),
        new("what was promised is forgotten with Redis", Decision,
            "if (state.KnowsAll && loaded.Absent)", "if (state.KnowsAll && !loaded.Absent && loaded.Epoch == 0)") { Sale = 20260164 },
        new("whoever came back goes behind", Chooser,
            "foreach (var member in view.Returning)", "foreach (var member in view.Returning.Reverse())"),
        new("presence lasts too short", Chooser, "seen.HereUntilMs(sale.PresenceSeconds) < view.Time", "seen.AtMs + 700 < view.Time"),
        new("who is told to stay away is called all the same", Chooser,
            "var dueBy = view.Time + TurnTimes.ReachMs(sale.ClaimSeconds);", "var dueBy = view.Time + 1_000_000_000;") { Sale = 20260120 },
        new("who is told to stay away is passed over", Chooser,
            "                if (standing == Standing.Here) break;\n                if (standing == Standing.Due) Admit(place, rank);\n                else if",
            "                if (standing == Standing.Due) Admit(place, rank);\n                else if") { Sale = 20260170 },
        new("the head is moved by one too many", Chooser, "            head = rank;\n", "            head = rank + 1;\n"),
        new("a pause is not heeded", Decision, "if (sale.Paused) return \"paused\";", "") { Sale = 20260299 },
        new("the end is not heeded", Decision, "if (now.Ledger >= sale.EndsAt) return LineBoard.Ended;", "") { Sale = 20260147 },
        new("recovery is not waited for", Decision,
            "if (Math.Max(view.RecoverUntil, state.RecoverUntil) > now.Ledger.ToUnixTimeSeconds()) return \"shoppers take their places again\";", "") { Sale = 20260299 },
        new("a difference between book and ledger is not followed", Schedule, "(NeedsAll || differs)", "NeedsAll") { Sale = 20260957 },
        new("what is held no more stays held", Book,
            "foreach (var gone in _held.Values.Where(one => !held.Contains(one.Place)).ToList())",
            "foreach (var gone in _held.Values.Where(one => held.Contains(one.Place) && one.Unit < 0).ToList())") { Sale = 20260270 },
        new("who lost the unit to another is not called again", Book, "settled?.Add(Settlement.Requeue(loser));",
            "settled?.Add(Settlement.Miss(loser.Place));") { Sale = 20260373 },
        new("a unit is freed though it is another's by now", Book,
            "if (_use[unit] is Use.Free or Use.Sold or Use.TokenOut || (_owners.TryGetValue(unit, out var now) && now != owner)) return;",
            "if (_use[unit] is Use.Free) return;") { Sale = 20260433 },
        new("a unit that was withdrawn and comes back is given though a token of before is out", Book,
            "        _tokensOut[promise.Unit] = promise;\n", "") { Sale = 7323441800646498141 },
        new("a released unit is not free", Book, "        Free(row.Unit, place);\n        settled.Add(Settlement.Release(place));",
            "        settled.Add(Settlement.Release(place));"),
        new("admit.lua gives a unit to a place that was left", Scripts,
            "places.Get(number) == 0 && !_admitted", "!_admitted") { Sale = 20261135 },
        new("a token that may be out counts as unclaimed after a loss", Decision,
            "admitted.Select(one => one with { Claimed = true })", "admitted.Select(one => one with { Claimed = false })") { Sale = 20260671 },
        new("who could not learn of the turn has missed it", Book, "from < lineSince || snapshot", "snapshot") { Sale = 20260582 },
        new("the ledger's silence is not heeded", Decision, "if (now.LedgerAge > LedgerPatience) return LineBoard.LedgerGone;", "")
        {
            Faults = ["LedgerAway", "PullsLost"],
        },
        new("a tenure goes on whoever led meanwhile", Lease,
            "now - RenewedAt < s_believed ? \"yes\" : IsAlone(now) ? \"alone\" : \"no\"", "\"yes\"")
        {
            Sale = 20262064,
            Faults = ["RoomPauses", "RedisUnreachable", "RedisEmptied", "LeaseLost"],
        },
        new("a room's own questions keep its lease of long ago in an old copy of Redis", Lease, " && asked.At - RenewedAt < s_valid;", ";")
        {
            Sale = 10947715384798034831,
        },
        new("a ledger that was put back while it was not heard keeps a sale that it has lost", Sold,
            "one.Value > last - s_told", "one.Value > asOf - s_told") { Sale = 5145954612001224494 },
        new("a cart that has ended is taken for a sale whose money went back", Sold,
            " || unit.MayJoinAgain is null", "") { Sale = 5145954612001224494 },
        new("report.lua expects a shopper sooner than another edge has told them", Present,
            "Fields[field] = (last, due - last);", "Fields[field] = (at, told);") { Sale = 6914994858223920276 },
        new("settle.lua forgets to mark what was missed", Scripts, "if (what == \"miss\") Miss(keys, places, field, number);", ""),
    ];
}
