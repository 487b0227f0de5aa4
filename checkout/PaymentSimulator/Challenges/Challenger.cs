using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Intents;
using FlashSale.PaymentSimulator.Money;
using FlashSale.PaymentSimulator.Webhooks;

using Microsoft.Extensions.Options;

namespace FlashSale.PaymentSimulator.Challenges;

/// <summary>
/// Ends challenges: when a shopper or a test says so, and by itself where the faults of the call that asked for one have
/// said how and when. Also ends what is <c>processing</c>.
/// </summary>
public sealed class Challenger(
    Bank bank, FaultDice dice, WebhookSender webhooks, IOptions<SimulatorOptions> options, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<(string Intent, Challenge Outcome), long> _ahead = new();

    /// <summary>Ends it now. A second end finds nothing to end, and says what the intent is.</summary>
    public async Task<StripeAnswer> EndAsync(string intent, Challenge outcome)
    {
        var faults = dice.Draw(FaultPlan.ChallengeOperation);
        var decline = faults.Has(Fault.DeclineAuthorise) ? CardDecline.Random(faults.Number("decline")) : null;
        var answer = bank.EndChallenge(intent, outcome, decline);
        await webhooks.RaiseAsync(answer, faults, CancellationToken.None).ConfigureAwait(false);
        return answer;
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
            while (TakeDue() is var (intent, outcome)) await EndAsync(intent, outcome).ConfigureAwait(false);
    }

    private (string, Challenge)? TakeDue()
    {
        lock (_gate)
        {
            return _ahead.TryPeek(out _, out var at) && at <= time.GetUtcNow().UtcTicks ? _ahead.Dequeue() : null;
        }
    }

    private void In(string intent, Challenge outcome, int atMostMs, FaultDraw faults)
    {
        var ms = (long)(faults.Number("challenge") % (ulong)atMostMs);
        lock (_gate) _ahead.Enqueue((intent, outcome), time.GetUtcNow().AddMilliseconds(ms).UtcTicks);
    }
}
