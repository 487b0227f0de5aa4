using FlashSale.Simulator.Checking;

namespace FlashSale.Simulator;

/// <summary>A sale that was run and judged.</summary>
/// <param name="Violations">The first ones; empty is what is wanted.</param>
public sealed record JudgedSale(SaleRun Run, IReadOnlyList<Violation> Violations)
{
    /// <summary>Of a run that the code itself ended: not one of the product's invariants.</summary>
    public const int Threw = 0;

    /// <summary>Of a run that the end of its time ended: invariant 6 too, but a shorter time is no smaller case of it.</summary>
    public const int NoRest = -1;

    /// <summary>Draws a sale, runs and judges it; null when it is right.</summary>
    /// <param name="kinds">Names of the faults there are; none for all kinds.</param>
    public static string? FirstViolation(ulong seed, params string[] kinds) =>
        Of(ScenarioSource.Draw(seed, [.. kinds.Select(Enum.Parse<FaultKind>)])).Violations is [var first, ..] ? first.ToString() : null;

    public static JudgedSale Of(Scenario scenario)
    {
        var run = SimulatedSale.Run(scenario);
        var found = Checker.Check(Rules.Of(scenario, run.EndedAt), run.Facts);
        if (run.End == RunEnd.Failed && run.Facts.Count > 0)
            found = [.. found, new Violation(Threw, $"the code threw: {run.Failure}", [run.Facts[^1]])];
        if (run.End == RunEnd.OutOfTime)
            found = [.. found, new Violation(NoRest, "the sale has not come to rest", [run.Facts[^1]])];
        return new JudgedSale(run, found);
    }
}
