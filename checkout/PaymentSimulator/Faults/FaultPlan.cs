using System.Reflection;

namespace FlashSale.PaymentSimulator.Faults;

/// <summary>
/// What goes wrong, and how often: the body of <c>PUT /sim/faults</c>. Each rate is a probability per call, 0 when absent.
/// </summary>
/// <param name="Seed">The same seed and the same calls in the same order per operation give the same faults.</param>
/// <param name="Rates">By the names of <see cref="Fault"/>.</param>
/// <param name="Operations">
/// Only these calls misbehave (<c>create</c>, <c>confirm</c>, <c>capture</c>, <c>cancel</c>, <c>refund</c>,
/// <c>retrieve</c>, <c>search</c>); null = all of them. Webhook faults follow the operation that raises the event.
/// </param>
/// <param name="Calls">Only this many calls of each operation misbehave, from the first on; null = no end.</param>
public sealed record FaultPlan(
    ulong Seed, IReadOnlyDictionary<string, double>? Rates, IReadOnlyList<string>? Operations = null, int? Calls = null)
{
    public static readonly FaultPlan None = new(0, new Dictionary<string, double>());

    private static readonly string[] s_operations =
        ["create", "confirm", "capture", "cancel", "refund", "retrieve", "search"];

    /// <summary>What is wrong with the plan, or null.</summary>
    public string? Problem()
    {
        foreach (var (name, rate) in Rates ?? new Dictionary<string, double>())
        {
            if (!Fault.All.Contains(name)) return $"unknown fault: {name}";
            if (rate is not (>= 0 and <= 1)) return $"{name} must be between 0 and 1";
        }

        foreach (var operation in Operations ?? [])
            if (!s_operations.Contains(operation)) return $"unknown operation: {operation}";
        return Calls is < 0 ? "calls must not be negative" : null;
    }
}

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
    public const string DeclineCapture = "declineCapture";
    public const string VoidFails = "voidFails";

    /// <summary>Half of the time an error, else a refund object in the state <c>failed</c>.</summary>
    public const string RefundFails = "refundFails";

    public static IReadOnlySet<string> All { get; } = typeof(Fault)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToHashSet();
}
