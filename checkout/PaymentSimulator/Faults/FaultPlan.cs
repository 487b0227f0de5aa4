namespace FlashSale.PaymentSimulator.Faults;

/// <summary>
/// What goes wrong, and how often: the body of <c>PUT /sim/faults</c>. Each rate is a probability per call, 0 when absent.
/// </summary>
/// <param name="Seed">The same seed and the same calls in the same order per operation give the same faults.</param>
/// <param name="Rates">By the names of <see cref="Fault"/>.</param>
/// <param name="Operations">
/// Only these calls misbehave (<c>create</c>, <c>confirm</c>, <c>capture</c>, <c>cancel</c>, <c>refund</c>,
/// <c>refunds</c>: their lists, <c>retrieve</c>, <c>search</c>, <c>challenge</c>: its end, <c>session</c>: a page of the provider's own,
/// <c>expire</c>: its end, <c>page</c>: a card that is tried there); null = all of them. Webhook faults follow the operation that
/// raises the event.
/// </param>
/// <param name="Calls">Only this many calls of each operation misbehave, from the first on; null = no end.</param>
public sealed record FaultPlan(
    ulong Seed, IReadOnlyDictionary<string, double>? Rates, IReadOnlyList<string>? Operations = null, int? Calls = null)
{
    /// <summary>The end of a challenge: its webhooks go wrong like any other's.</summary>
    public const string ChallengeOperation = "challenge";

    /// <summary>A shopper tries a card on the provider's own page.</summary>
    public const string PageOperation = "page";

    public static readonly FaultPlan None = new(0, new Dictionary<string, double>());

    private static readonly string[] s_operations =
        [
            "create", "confirm", "capture", "cancel", "refund", "refunds", "retrieve", "search", "session", "expire", ChallengeOperation,
            PageOperation,
        ];

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
