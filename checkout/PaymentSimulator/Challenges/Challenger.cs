using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Intents;
using FlashSale.PaymentSimulator.Money;
using FlashSale.PaymentSimulator.Webhooks;

using Microsoft.Extensions.Options;

namespace FlashSale.PaymentSimulator.Challenges;

/// <summary>
/// Ends challenges: when a shopper or a test says so, and by itself where the faults of the call that asked for one have
/// said how and when. Also ends what is <c>processing</c>, and refunds that are <c>pending</c> or fail late.
/// </summary>
public sealed class Challenger(
    Bank bank, FaultDice dice, WebhookSender webhooks, IOptions<SimulatorOptions> options, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<(string Id, Challenge Outcome), long> _ahead = new();

    /// <summary>Ends it now. A second end finds nothing to end, and says what the intent is.</summary>
    public async Task<StripeAnswer> EndAsync(string intent, Challenge outcome)
    {
        var faults = dice.Draw(FaultPlan.ChallengeOperation);
        var decline = faults.Has(Fault.DeclineAuthorise) ? CardDecline.Random(faults.Number("decline")) : null;
        var answer = bank.EndChallenge(intent, outcome, decline);
        await webhooks.RaiseAsync(answer, faults, CancellationToken.None).ConfigureAwait(false);
        return answer;
    }

    /// <summary>A refund comes to its end: it succeeds, or fails, be it after it had succeeded.</summary>
    public async Task EndRefundAsync(string refund, bool succeeds)
    {
        if (bank.EndRefund(refund, succeeds) is { } answer)
            await webhooks.RaiseAsync(answer, dice.Draw(FaultPlan.ChallengeOperation), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>The buyer's bank disputes a payment, or the dispute goes on.</summary>
    public async Task<StripeAnswer> DisputeAsync(string intent, string status)
    {
        var answer = bank.Dispute(intent, status);
        await webhooks.RaiseAsync(answer, dice.Draw(FaultPlan.ChallengeOperation), CancellationToken.None).ConfigureAwait(false);
        return answer;
    }

    /// <summary>What the faults of a refund say about what becomes of it.</summary>
    public void PlanRefund(string refund, FaultDraw faults)
    {
        if (faults.Has(Fault.RefundFailsLate)) In(refund, Challenge.Fail, options.Value.ChallengeMs, faults);
        else if (faults.Has(Fault.RefundPends)) In(refund, Challenge.Pass, options.Value.ChallengeMs, faults);
    }

    /// <summary>Ends now what was planned of these refunds.</summary>
    public async Task EndPlannedAsync(Func<RefundMade, bool> which)
    {
        var ids = bank.Refunds(which).Select(refund => refund.Id).ToHashSet();
        List<(string Id, Challenge Outcome)> planned;
        lock (_gate) planned = [.. _ahead.UnorderedItems.Select(item => item.Element).Where(item => ids.Contains(item.Id))];
        foreach (var (id, outcome) in planned) await EndRefundAsync(id, outcome is Challenge.Pass).ConfigureAwait(false);
    }

    /// <summary>What the faults of a confirmation say about the challenge that it led to.</summary>
    public void Plan(string intent, FaultDraw faults)
    {
        if (faults.Has(Fault.ChallengeFails)) In(intent, Challenge.Fail, options.Value.ChallengeMs, faults);
        else if (faults.Has(Fault.ChallengePasses) || faults.Has(Fault.Processing))
            In(intent, Challenge.Pass, options.Value.ChallengeMs, faults);
        else if (faults.Has(Fault.ChallengeLate))
        {
            lock (_gate)
                _ahead.Enqueue((intent, Challenge.Pass), time.GetUtcNow().AddMilliseconds(options.Value.ChallengeLateMs).UtcTicks);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_look, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            while (TakeDue() is var (id, outcome))
                await (id.StartsWith("re_", StringComparison.Ordinal) ? EndRefundAsync(id, outcome is Challenge.Pass)
                    : EndAsync(id, outcome)).ConfigureAwait(false);
    }

    private (string, Challenge)? TakeDue()
    {
        lock (_gate)
        {
            return _ahead.TryPeek(out _, out var at) && at <= time.GetUtcNow().UtcTicks ? _ahead.Dequeue() : null;
        }
    }

    private void In(string id, Challenge outcome, int atMostMs, FaultDraw faults)
    {
        var ms = (long)(faults.Number("challenge") % (ulong)atMostMs);
        lock (_gate) _ahead.Enqueue((id, outcome), time.GetUtcNow().AddMilliseconds(ms).UtcTicks);
    }
}
