using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Hosting;

/// <summary>What a verdict adds to the host's reports.</summary>
public static class HostedTables
{
    public static IReadOnlyList<HostedTable> Of(HostedVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        var run = verdict.Run.Count == 0 ? Array.Empty<HostedTable>()
            : [new HostedTable("run", ["what"], [.. verdict.Run.Select(missed => new[] { missed })])];
        return [.. run, .. verdict.Scenarios.SelectMany(one => Of(one.Scenario, one.Checks))];
    }

    private static IEnumerable<HostedTable> Of(HostedScenario scenario, IReadOnlyList<HostedCheck> checks)
    {
        yield return new HostedTable(
            $"{scenario.Name} verdict", ["what", "value", "expected", "held"],
            [.. checks.Select(check => new[] { check.What, check.Value, check.Limit, check.Missed is null ? "yes" : "MISSED" })]);
        yield return new HostedTable($"{scenario.Name} sale", ["what", "value"], [.. Sale(scenario)]);
        yield return new HostedTable($"{scenario.Name} shoppers", ["ending", "shoppers"], [.. Endings(scenario)]);
        yield return new HostedTable(
            $"{scenario.Name} answers", ["step", "status", "problem", "requests", "bytes"],
            [.. scenario.Answers.Rows.Select(row => new[] { row.Step, $"{row.Status}", row.Code, $"{row.Count}", $"{row.Bytes}" })]);
    }

    private static IEnumerable<string[]> Sale(HostedScenario scenario)
    {
        yield return ["sale", scenario.Sale];
        yield return ["edges", scenario.Settings.Url];
        yield return ["seed", $"{scenario.Settings.Seed}"];
        if (scenario.End?.Audit is not { } audit) yield break;
        foreach (var (what, value) in new[]
        {
            ("units", audit.Inventory), ("sold", audit.Sold), ("in carts", audit.Held), ("admitted", audit.Admitted),
            ("free", audit.Available), ("violations", audit.Violations.Count),
        })
            yield return [what, $"{value}"];
        foreach (var violation in audit.Violations) yield return ["violation", $"{violation}"];
        if (scenario.End.Payments is { } payments)
        {
            yield return ["the provider's payments", $"{payments.Count}"];
            yield return ["the provider's net captures", $"{scenario.End.NetCaptures}"];
        }
    }

    /// <summary>Each shopper once.</summary>
    private static IEnumerable<string[]> Endings(HostedScenario scenario)
    {
        var tally = scenario.Tally;
        foreach (var ending in Enum.GetValues<Ending>()) yield return [$"{ending}", $"{tally.Of(ending)}"];
        yield return [HostedShopper.CutOff, $"{Math.Max(0, scenario.Shoppers - tally.Ended)}"];
        yield return ["all", $"{scenario.Shoppers}"];
    }
}
