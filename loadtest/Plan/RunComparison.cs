using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;
using FlashSale.LoadTest.Scenarios;

namespace FlashSale.LoadTest.Plan;

/// <summary>Plans the sale that a load test ran, and compares.</summary>
public static class RunComparison
{
    /// <summary>The run's crowd and sale, as the planner is told of them. The crowd pays without thinking.</summary>
    /// <exception cref="FormatException">The arrivals were a recorded file's.</exception>
    public static PlanOptions Options(RunReport run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var (scenario, rules) = (run.Scenario, run.Scenario.Rules);
        if (scenario.Arrivals.Shape == ArrivalShape.Replay)
            throw new FormatException("recorded arrivals cannot be forecast");
        double Share(params Behaviour[] behaviours) => behaviours.Sum(one => scenario.Mix.Shares.GetValueOrDefault(one));
        var away = Share(Behaviour.WandersOff, Behaviour.GivesUp, Behaviour.ComesBackLate);
        var noShow = Share(Behaviour.NeverComes) / (1 - away);
        var carts = (1 - away) * (1 - noShow);
        return new PlanOptions
        {
            Shoppers = scenario.Shoppers,
            Units = scenario.Units,
            Arrivals = scenario.Arrivals,
            Before = rules.StartsAfter,
            AdmitPerSecond = rules.AdmitPerSecond,
            ClaimSeconds = rules.ClaimSeconds,
            PaySeconds = rules.PaySeconds,
            PresenceSeconds = rules.PresenceSeconds,
            GraceSeconds = rules.GraceSeconds,
            Away = away,
            NoShow = noShow,
            NeverPay = Share(Behaviour.NeverPays) / carts,
            GiveBack = Share(Behaviour.GivesBack, Behaviour.DeclinedAlways) / carts,
            ThinkSeconds = 0,
            Edges = run.Target.Split(',').Length,
        };
    }

    /// <exception cref="FormatException">The run did not sell out, or is of a version that did not count polls.</exception>
    public static IReadOnlyList<ComparedFigure> Compare(Forecast forecast, RunReport run)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        ArgumentNullException.ThrowIfNull(run);
        var start = run.Scenario.Rules.StartsAfter.TotalSeconds;
        if (run.Timeline.FirstOrDefault(moment => moment.Sold >= run.Audit.Inventory) is not { } end
            || forecast.Outcome.SoldOutAt is not { } soldOut)
            throw new FormatException("the sale did not sell out");
        if (end.Polls == 0) throw new FormatException("the run has not counted its polls");

        var measured = run.Timeline.Where(moment => moment.At >= start && moment.At <= end.At).ToArray();
        var modelled = forecast.Outcome.Timeline.Where(second => second.At >= 0 && second.At < soldOut).ToArray();
        return
        [
            new("sold out after the start, s", soldOut, end.At - start),
            new("polls/s until then", modelled.Average(second => second.Polls), PollsPerSecond(measured[0], end)),
            new($"polls/s in the busiest {ModelOutcome.BusySeconds} s", ModelOutcome.Busiest(modelled), Busiest(measured)),
        ];
    }

    private static double Busiest(TimelineMoment[] moments) => moments
        .Select(from => (From: from, To: moments.FirstOrDefault(to => to.At >= from.At + ModelOutcome.BusySeconds) ?? moments[^1]))
        .Max(span => PollsPerSecond(span.From, span.To));

    private static double PollsPerSecond(TimelineMoment from, TimelineMoment to) =>
        (to.Polls - from.Polls) / Math.Max(1, to.At - from.At);
}
