using CsCheck;

using FlashSale.PaymentSimulator.Faults;

namespace FlashSale.Tests.Payments;

/// <summary>A seeded run: what goes wrong at the provider, and what happens.</summary>
public sealed record Schedule(ulong Seed, int Attempts, IReadOnlyDictionary<string, double> Rates, ScheduleEvent[] Events)
{
    private static readonly string[] s_faults =
    [
        Fault.Slow, Fault.Hang, Fault.Refuse, Fault.ResetBefore, Fault.ResetAfter, Fault.Error500Before,
        Fault.Error500After, Fault.TooManyRequests, Fault.Malformed, Fault.Truncated, Fault.DuplicateAnswer,
        Fault.ContradictoryAnswer, Fault.DeclineAuthorise, Fault.DeclineCapture, Fault.VoidFails, Fault.RefundFails,
        Fault.WebhookFirst, Fault.WebhookDuplicated, Fault.WebhookReordered, Fault.WebhookNever, Fault.WebhookForged,
        Fault.WebhookWrongAmount, Fault.ChallengePasses, Fault.ChallengeFails, Fault.ChallengeAbandoned, Fault.ChallengeLate,
        Fault.Processing, Fault.RefundPends, Fault.RefundFailsLate,
    ];

    // As often as it stands here.
    private static readonly ScheduleAct[] s_acts =
    [
        ScheduleAct.Pay, ScheduleAct.Pay, ScheduleAct.Pay, ScheduleAct.Pay, ScheduleAct.Pay, ScheduleAct.Pay, ScheduleAct.PayWithBadCard, ScheduleAct.PayWithBadCard, ScheduleAct.DoubleClick,
        ScheduleAct.DoubleClick, ScheduleAct.PayWithChallenge, ScheduleAct.PayWithChallenge, ScheduleAct.PayWithChallenge, ScheduleAct.ChallengePasses,
        ScheduleAct.ChallengePasses, ScheduleAct.ChallengeFails, ScheduleAct.PayOnPage, ScheduleAct.PayOnPage, ScheduleAct.PayOnPage, ScheduleAct.CardOnPage, ScheduleAct.CardOnPage,
        ScheduleAct.CardOnPage, ScheduleAct.Continue, ScheduleAct.Continue, ScheduleAct.Cancel, ScheduleAct.Cancel, ScheduleAct.Confirm, ScheduleAct.Refund, ScheduleAct.Refund,
        ScheduleAct.Refund, ScheduleAct.RefundElsewhere, ScheduleAct.PayByPasses, ScheduleAct.Sweep, ScheduleAct.Sweep, ScheduleAct.CaptureIsOverdue,
        ScheduleAct.CaptureIsOverdue, ScheduleAct.Outage, ScheduleAct.Outage, ScheduleAct.OutageEnds, ScheduleAct.OutageEnds, ScheduleAct.NextShopper,
        ScheduleAct.NextShopper, ScheduleAct.Complete, ScheduleAct.Complete, ScheduleAct.Complete, ScheduleAct.Crash, ScheduleAct.Crash, ScheduleAct.Rest, ScheduleAct.Rest,
    ];

    /// <summary>Up to four kinds of fault at up to 60 %, and 3–14 events.</summary>
    public static Gen<Schedule> Any { get; } =
        from seed in Gen.ULong
        from attempts in Gen.Int[1, 3]
        from faults in Gen.Select(Gen.Int[0, s_faults.Length - 1], Gen.Double[0.05, 0.6]).Array[0, 4]
        from events in AnyEvent.Array[3, 14]
        select new Schedule(seed, attempts, RatesOf(faults), events);

    private static Gen<ScheduleEvent> AnyEvent =>
        from act in Gen.Int[0, s_acts.Length - 1].Select(n => s_acts[n])
        from unit in Gen.Int[0, 1]
        from checkout in Gen.Int[0, 1]
        from number in Gen.Int[0, 15]
        select new ScheduleEvent(act, unit, checkout, number);

    public override string ToString() =>
        $"seed {Seed}, {Attempts} attempts, faults [{string.Join(", ", Rates.Select(rate => $"{rate.Key} {rate.Value:0.00}"))}], "
        + string.Join(" ", (object[])Events);

    private static Dictionary<string, double> RatesOf((int Kind, double Rate)[] drawn)
    {
        var rates = new Dictionary<string, double>();
        foreach (var (kind, rate) in drawn) rates[s_faults[kind]] = rate;
        return rates;
    }
}
