using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>Whether a run came out as the scenario expects.</summary>
public static class RunJudge
{
    private const int MostExamples = 3;

    /// <summary>Every expectation that was missed, in words.</summary>
    public static IEnumerable<string> Judge(Scenario scenario, RunEvidence run)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(run);
        return
        [
            .. Audit(run.End, run.Alone), .. Shoppers(scenario, run), .. Requests(scenario.Expected, run.Tally),
            .. Units(scenario, run), .. Bots(scenario, run.Tally), .. Processes(scenario.Expected, run.Timeline),
            .. run.InOrder ? AdmissionOrder.Judge(run.Tally.Admissions, run.Tally.NeverCalled) : [],
        ];
    }

    /// <summary>The ledger, the line and the provider, each by its own books.</summary>
    public static IEnumerable<string> Audit(SaleEnd end, bool alone)
    {
        ArgumentNullException.ThrowIfNull(end);
        if (end.Audit is not { } audit)
        {
            yield return $"the audit could not be had: {end.Missing ?? "not asked for"}";
            yield break;
        }
        if (!audit.Ok)
        {
            yield return $"the audit found {audit.Violations.Count} violations: "
                + string.Join("; ", audit.Violations.Take(MostExamples));
        }
        if (audit.Line is null) yield return "no waiting room answered the audit: the admissions were not checked";
        if (!audit.Provider) yield return "the provider's books were not compared";
        if (!alone) yield break;
        if (audit.Held + audit.Admitted > 0)
            yield return $"{audit.Held} units were still in carts and {audit.Admitted} still admitted when their time was over";
        if (end.Missing is { } missing) yield return $"the last look at the ledgers failed: {missing}";
        if (end.Payments is null) yield break;
        if (end.OpenPayments > 0) yield return $"{end.OpenPayments} payments were authorised and neither captured nor voided";
        if (end.NetCaptures != audit.Sold)
            yield return $"the provider has {end.NetCaptures} net captures, the ledger {audit.Sold} sold units";
    }

    private static IEnumerable<string> Shoppers(Scenario scenario, RunEvidence run)
    {
        var (expected, endings) = (scenario.Expected, run.Endings);
        // Nobody was slow, refused or cut off where nobody came: that proves nothing.
        if (endings == new Endings(0, 0, 0, 0, 0, 0)) yield return "no shopper came to any end: nothing was tried";
        if (endings.Failed > 0) yield return $"{endings.Failed} shoppers got an answer they should not, or none";
        if (expected.EveryoneIsTold && endings.CutOff > 0)
            yield return $"{endings.CutOff} shoppers had not come to an end";
        if (endings.TooSlow > expected.MostTooSlow * scenario.Shoppers)
            yield return $"{endings.TooSlow} of {scenario.Shoppers} shoppers lost their place again and again by being late";
        if (expected.EveryBuyerBuys && endings.SoldOut > 0)
            yield return $"{endings.SoldOut} shoppers left empty-handed, although there were units for all";
        if (!run.Alone || run.End.Audit is not { } audit) yield break;
        if (expected.SellsOut && audit.Sold != audit.Inventory)
            yield return $"{audit.Sold} of {audit.Inventory} units were sold";
        // Who was cut off may have bought without having been told.
        if (endings.Bought > audit.Sold || (endings.CutOff == 0 && endings.Bought < audit.Sold))
            yield return $"{endings.Bought} shoppers were told that they had bought, the ledger says {audit.Sold}";
    }

    /// <summary>Of shoppers who do as told: refusals, missing answers, and whether they would still have been there.</summary>
    private static IEnumerable<string> Requests(Expectation expected, CrowdTally tally)
    {
        var all = Math.Max(0, tally.Requests - tally.BotRequests);
        var slowed = Count(status => status == 429);
        var unanswered = Count(status => status is 0 or >= 500);
        if (slowed > expected.MostSlowedDown * all)
            yield return $"{slowed} of {all} requests of shoppers who did as told were refused with 429";
        if (expected.MostUnanswered < 1 && unanswered > expected.MostUnanswered * all)
            yield return $"{unanswered} of {all} requests got a 5xx or no answer";
        foreach (var (step, most) in expected.MostP99Ms)
        {
            if (tally.Milliseconds(step, 99) is var p99 && p99 > most)
                yield return $"{step} took {p99:f0} ms (p99), at most {most:f0} expected";
        }

        long Count(Func<int, bool> status) => tally.Answers
            .Where(answer => answer.Step is not (JourneyStep.Hammer or JourneyStep.Watch) && status(answer.Status)).Sum(answer => answer.Count);
    }

    private static IEnumerable<string> Units(Scenario scenario, RunEvidence run)
    {
        var released = run.Timeline.Count > 0 ? run.Timeline[^1].Released : 0;
        if (released < scenario.Expected.LeastReturned * scenario.Units)
            yield return $"only {released} units came back, of {scenario.Units}";
    }

    private static IEnumerable<string> Bots(Scenario scenario, CrowdTally tally)
    {
        if (tally.BotRequests == 0) yield break;
        if (tally.BotRefusals < scenario.Expected.LeastBotsRefused * tally.BotRequests)
            yield return $"only {tally.BotRefusals} of {tally.BotRequests} requests of bots were refused";

        // What as many shoppers of the crowd would get, by chance three standard deviations more.
        var fair = scenario.Mix.Shares.GetValueOrDefault(Behaviour.Hammers) * Math.Min(scenario.Units, scenario.Shoppers);
        if (tally.BotPurchases > fair + 3 * Math.Sqrt(fair) + 1)
            yield return $"{tally.BotPurchases} bots bought a unit; as many shoppers would get {fair:f1}";
    }

    private static IEnumerable<string> Processes(Expectation expected, IReadOnlyList<TimelineMoment> timeline)
    {
        foreach (var name in timeline.SelectMany(moment => moment.Megabytes.Keys).Distinct())
        {
            if (!timeline[^1].Megabytes.ContainsKey(name)) yield return $"the process {name} was gone at the end";
            if (expected.MostGrowth > 0 && MemoryGrowth.Judge(name, timeline, expected.MostGrowth) is { } grew)
                yield return grew;
        }
    }
}
