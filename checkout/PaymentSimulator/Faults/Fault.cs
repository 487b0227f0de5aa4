using System.Reflection;

namespace FlashSale.PaymentSimulator.Faults;

/// <summary>Every fault by its name. Before and after: before or after the money moved.</summary>
public static class Fault
{
    /// <summary>The answer comes up to <see cref="SimulatorOptions.SlowMs"/> late.</summary>
    public const string Slow = "slow";

    /// <summary>No answer; half of the time the money has moved.</summary>
    public const string Hang = "hang";

    /// <summary>The connection is closed before anything is read: the nearest a listening socket comes to refusing.</summary>
    public const string Refuse = "refuse";
    public const string ResetBefore = "resetBefore";
    public const string ResetAfter = "resetAfter";

    /// <summary>The 500 is saved under the idempotency key, as Stripe does: the same key answers 500 ever after.</summary>
    public const string Error500Before = "error500Before";
    public const string Error500After = "error500After";

    /// <summary>429: half of the time a <c>lock_timeout</c>.</summary>
    public const string TooManyRequests = "tooManyRequests";
    public const string Malformed = "malformed";
    public const string Truncated = "truncated";

    /// <summary>The call is delivered twice; the second answer (a replay, when it has a key) is what the caller gets.</summary>
    public const string DuplicateAnswer = "duplicateAnswer";

    /// <summary>The first answer is a refusal although the money moved; asked again, it tells the truth.</summary>
    public const string ContradictoryAnswer = "contradictoryAnswer";
    public const string WebhookFirst = "webhookFirst";
    public const string WebhookDuplicated = "webhookDuplicated";
    public const string WebhookReordered = "webhookReordered";
    public const string WebhookDelayed = "webhookDelayed";
    public const string WebhookNever = "webhookNever";

    /// <summary>Beside the true event one with a bad signature.</summary>
    public const string WebhookForged = "webhookForged";

    /// <summary>A well-signed event tells another amount.</summary>
    public const string WebhookWrongAmount = "webhookWrongAmount";
    public const string DeclineAuthorise = "declineAuthorise";

    /// <summary>A good card is challenged; the challenge passes by itself within <see cref="SimulatorOptions.ChallengeMs"/>.</summary>
    public const string ChallengePasses = "challengePasses";

    /// <summary>As <see cref="ChallengePasses"/>, and it fails.</summary>
    public const string ChallengeFails = "challengeFails";

    /// <summary>As <see cref="ChallengePasses"/>, and nobody ends it.</summary>
    public const string ChallengeAbandoned = "challengeAbandoned";

    /// <summary>It passes <see cref="SimulatorOptions.ChallengeLateMs"/> later, when nobody waits for it any more.</summary>
    public const string ChallengeLate = "challengeLate";

    /// <summary>A good card is <c>processing</c> for up to <see cref="SimulatorOptions.ChallengeMs"/> before it is authorised.</summary>
    public const string Processing = "processing";
    public const string DeclineCapture = "declineCapture";
    public const string VoidFails = "voidFails";

    /// <summary>Half of the time an error, else a refund object in the state <c>failed</c>.</summary>
    public const string RefundFails = "refundFails";

    /// <summary>A refund is <c>pending</c> for up to <see cref="SimulatorOptions.ChallengeMs"/> before it has succeeded.</summary>
    public const string RefundPends = "refundPends";

    /// <summary>One that has succeeded fails within <see cref="SimulatorOptions.ChallengeMs"/>: the buyer's card is closed.</summary>
    public const string RefundFailsLate = "refundFailsLate";

    public static IReadOnlySet<string> All { get; } = typeof(Fault)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToHashSet();
}
