using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>Whether a run came out as the scenario expects.</summary>
public static class Verdict
{
    /// <summary>
    /// Megabytes that any service may grow by, whatever the share: caches fill and heaps settle.
    /// </summary>
    private const double FreeGrowth = 64;

    /// <summary>Every expectation that was missed, in words.</summary>
    /// <param name="alone">The crowd had the sale for itself, so its numbers and the ledger's must
    /// agree.</param>
    public static IEnumerable<string> Judge(
        Scenario scenario, Tally tally, Endings endings, AuditAnswer audit, IReadOnlyList<Moment> timeline, bool alone)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(tally);
        ArgumentNullException.ThrowIfNull(audit);
        var expected = scenario.Expected;
        if (!audit.Ok) yield return $"the audit found {audit.Violations.Count} violations";
        if (endings.Failed > 0) yield return $"{endings.Failed} shoppers got an answer they should not, or none";
        if (expected.EveryoneIsTold && endings.CutOff > 0)
            yield return $"{endings.CutOff} shoppers had not come to an end";
        if (expected.SellsOut && alone && audit.Sold != audit.Inventory)
            yield return $"{audit.Sold} of {audit.Inventory} units were sold";
        if (expected.EveryBuyerBuys && endings.SoldOut > 0)
            yield return $"{endings.SoldOut} shoppers left empty-handed, although there were units for all";
        if (alone && Contradiction(endings, audit) is { } contradiction) yield return contradiction;
        foreach (var failure in Units(scenario, tally, timeline)) yield return failure;
        foreach (var failure in AdmissionOrder.Judge(tally.Admissions, tally.NeverCalled)) yield return failure;
    }

    /// <summary>Who was cut off may have bought without having been told.</summary>
    private static string? Contradiction(Endings endings, AuditAnswer audit) =>
        endings.Bought > audit.Sold || (endings.CutOff == 0 && endings.Bought < audit.Sold)
            ? $"{endings.Bought} shoppers were told that they had bought, the ledger says {audit.Sold}" : null;

    private static IEnumerable<string> Units(Scenario scenario, Tally tally, IReadOnlyList<Moment> timeline)
    {
        var expected = scenario.Expected;
        var released = timeline.Count > 0 ? timeline[^1].Released : 0;
        if (released < expected.LeastReturned * scenario.Units)
            yield return $"only {released} units came back, of {scenario.Units}";
        if (tally.BotRequests > 0 && tally.BotRefusals < expected.LeastBotsRefused * tally.BotRequests)
            yield return $"only {tally.BotRefusals} of {tally.BotRequests} requests of bots were refused";
        if (expected.MostGrowth <= 0) yield break;
        foreach (var (name, before, after) in Growth(timeline))
        {
            if (after > before * (1 + expected.MostGrowth) + FreeGrowth)
                yield return $"{name} grew from {before:f0} to {after:f0} MB in the second half";
        }
    }

    /// <summary>The highest memory of the second and of the last quarter: the first one warms up.</summary>
    private static IEnumerable<(string Name, double Before, double After)> Growth(IReadOnlyList<Moment> timeline)
    {
        var quarter = timeline.Count / 4;
        if (quarter == 0) yield break;
        foreach (var name in timeline[^1].Megabytes.Keys)
        {
            var before = Highest(timeline.Skip(quarter).Take(quarter), name);
            var after = Highest(timeline.Skip(timeline.Count - quarter), name);
            if (before > 0) yield return (name, before, after);
        }
    }

    private static double Highest(IEnumerable<Moment> moments, string name) =>
        moments.Select(moment => moment.Megabytes.GetValueOrDefault(name)).DefaultIfEmpty().Max();
}
