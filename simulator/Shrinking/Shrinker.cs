using System.Diagnostics;

using FlashSale.Simulator.Checking;

namespace FlashSale.Simulator.Shrinking;

/// <summary>
/// Makes a failing scenario small: leaves out faults, changes and shoppers, and shortens what is left, as long as the same
/// invariant is violated. What runs without a part of it runs the same otherwise, as far as it can.
/// </summary>
/// <param name="judge">Runs a scenario.</param>
/// <param name="maxRuns">How often, at the most.</param>
/// <param name="patience">For how long, at the most.</param>
public sealed class Shrinker(Func<Scenario, IReadOnlyList<Violation>> judge, int maxRuns, TimeSpan patience)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private Failing _best = null!;

    /// <summary>How many runs it took.</summary>
    public int Runs { get; private set; }

    private bool IsOver => Runs >= maxRuns || Stopwatch.GetElapsedTime(_start) > patience;

    public Failing Shrink(Failing failing)
    {
        ArgumentNullException.ThrowIfNull(failing);
        _best = failing;
        Scenario before;
        do
        {
            before = _best.Scenario;
            LeaveOut(scenario => scenario.Shoppers, (scenario, shoppers) => scenario with { Shoppers = shoppers });
            LeaveOut(scenario => scenario.Faults, (scenario, faults) => scenario with { Faults = faults });
            LeaveOut(scenario => scenario.Changes, (scenario, changes) => scenario with { Changes = changes });
            Simplify();
        } while (!ReferenceEquals(before, _best.Scenario) && !IsOver);
        return _best;
    }

    /// <summary>
    /// Delta debugging of one list: leaves out halves, then quarters, and so on down to single parts; from the end, since what
    /// comes after the failure is of no use.
    /// </summary>
    private void LeaveOut<T>(Func<Scenario, IReadOnlyList<T>> parts, Func<Scenario, IReadOnlyList<T>, Scenario> with)
    {
        for (var size = parts(_best.Scenario).Count; size > 0; size /= 2)
        {
            for (var from = parts(_best.Scenario).Count - size; from > -size && !IsOver; from -= size)
            {
                var all = parts(_best.Scenario);
                var start = Math.Max(0, from);
                Try(with(_best.Scenario, [.. all.Take(start), .. all.Skip(from + size)]));
            }
        }
    }

    /// <summary>Ends earlier, with faults that last shorter, shoppers without habits and clocks that are right.</summary>
    private void Simplify()
    {
        if (_best.Violation.Invariant != JudgedSale.NoRest)
            Try(_best.Scenario with { EndAt = _best.Violation.At + 1, CalmAt = Math.Min(_best.Scenario.CalmAt, _best.Violation.At + 1) });
        Try(_best.Scenario with { ClockErrorsMs = [.. _best.Scenario.ClockErrorsMs.Select(_ => 0L)] });
        Each(scenario => scenario.Faults, (scenario, faults) => scenario with { Faults = faults },
            fault => fault with { ForMs = fault.ForMs / 2 });
        Each(scenario => scenario.Shoppers, (scenario, shoppers) => scenario with { Shoppers = shoppers },
            shopper => shopper with { Habit = Habit.Obedient });
        Each(scenario => scenario.Shoppers, (scenario, shoppers) => scenario with { Shoppers = shoppers },
            shopper => shopper with { Cart = CartPlan.Pays });
        Each(scenario => scenario.Shoppers, (scenario, shoppers) => scenario with { Shoppers = shoppers },
            shopper => shopper with { LagMs = 0 });
    }

    private void Each<T>(
        Func<Scenario, IReadOnlyList<T>> parts, Func<Scenario, IReadOnlyList<T>, Scenario> with, Func<T, T> simpler)
    {
        for (var i = 0; i < parts(_best.Scenario).Count && !IsOver; i++)
        {
            var all = parts(_best.Scenario).ToArray();
            var one = simpler(all[i]);
            if (Equals(one, all[i])) continue;
            all[i] = one;
            Try(with(_best.Scenario, all));
        }
    }

    private void Try(Scenario scenario)
    {
        if (IsOver) return;
        Runs++;
        var same = judge(scenario).FirstOrDefault(violation => violation.Invariant == _best.Violation.Invariant);
        if (same is not null) _best = new Failing(scenario, same);
    }
}
