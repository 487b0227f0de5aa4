using System.ComponentModel.DataAnnotations;

using FlashSale.Checkout.Reservations;

namespace FlashSale.Checkout.Payments;

/// <summary>The keys under <c>Payments:</c>. A real Stripe account is a matter of the first three.</summary>
public sealed class PaymentOptions : IValidatableObject
{
    public const string Section = "Payments";

    /// <summary>Where Stripe's API is: the simulator, or <c>https://api.stripe.com</c>.</summary>
    [Required, Url]
    public string StripeApiBase { get; set; } = "";

    /// <summary>The secret key, <c>sk_test_…</c> of a test account or what the simulator was given.</summary>
    [Required]
    public string StripeApiKey { get; set; } = "";

    /// <summary>The signing secret of the webhook endpoint, <c>whsec_…</c>.</summary>
    [Required]
    public string WebhookSecret { get; set; } = "";

    /// <summary>
    /// The publishable key, <c>pk_test_…</c>: with it the cart shows the provider's own form for any card; without it, the
    /// provider's test cards.
    /// </summary>
    public string? PublishableKey { get; set; }

    /// <summary>The provider's script for the cart.</summary>
    [Required, Url]
    public string ScriptUrl { get; set; } = "https://js.stripe.com/clover/stripe.js";

    /// <summary>
    /// Where the bank's page, and the provider's own, send a shopper whose browser has no script, with <c>{sale}</c> and
    /// <c>{reservation}</c> in it: <c>https://shop.example/shop/{sale}/order/{reservation}</c>. Without it such a challenge needs the
    /// provider's script, and the provider's own page is not offered.
    /// </summary>
    public string? ReturnUrl { get; set; }

    /// <summary>What a shopper reads on the card's statement after the account's own name; at most 22 characters together.</summary>
    [MaxLength(20)]
    public string? StatementDescriptorSuffix { get; set; }

    /// <summary>How often the provider's refunds and disputes are looked through, in seconds (10–86,400).</summary>
    [Range(10, 86_400)]
    public int ReconcileEverySeconds { get; set; } = 3_600;

    /// <summary>How far back, in days (1–180): a refund may fail, and a dispute come, weeks later.</summary>
    [Range(1, 180)]
    public int ReconcileDays { get; set; } = 30;

    /// <summary>How often an attempt in a bank's challenge is asked about when nobody brings news, in milliseconds (10–60,000).</summary>
    [Range(10, 60_000)]
    public int LookEveryMs { get; set; } = 3_000;

    /// <summary>Live keys (<c>sk_live_…</c>, <c>rk_live_…</c>) are refused unless this is set.</summary>
    public bool AllowLiveKey { get; set; }

    /// <summary>One try of one call of the provider, in milliseconds (50–60,000).</summary>
    [Range(50, 60_000)]
    public int TryMs { get; set; } = 4_000;

    /// <summary>One call with its repeats, in milliseconds (50–120,000).</summary>
    [Range(50, 120_000)]
    public int CallMs { get; set; } = 9_000;

    /// <summary>A shopper waits this long for the outcome, then gets 202, in milliseconds (10–60,000).</summary>
    [Range(10, 60_000)]
    public int AnswerWithinMs { get; set; } = 10_000;

    /// <summary>Calls of the provider at the same time (1–10,000); further ones wait, or fail when too many wait.</summary>
    [Range(1, 10_000)]
    public int MaxCalls { get; set; } = 512;

    /// <summary>Attempts that the completer works on at the same time (1–1,000).</summary>
    [Range(1, 1_000)]
    public int CompleterConcurrency { get; set; } = 16;

    /// <summary>How often the completer looks for what is due, in milliseconds (10–3,600,000).</summary>
    [Range(10, 3_600_000)]
    public int CompleterEveryMs { get; set; } = 250;

    /// <summary>The first wait after an unknown outcome, doubled each time, in milliseconds (1–60,000).</summary>
    [Range(1, 60_000)]
    public int BackoffMs { get; set; } = 250;

    /// <summary>The longest wait, in milliseconds (1–3,600,000).</summary>
    [Range(1, 3_600_000)]
    public int MaxBackoffMs { get; set; } = 30_000;

    /// <summary>
    /// A secured unit whose capture is still unknown after this long goes back on sale, in seconds (1–86,400); should
    /// the money have been captured, it is refunded.
    /// </summary>
    [Range(1, 86_400)]
    public int CaptureWithinSeconds { get; set; } = 600;

    /// <summary>An attempt that isn't final after this long is flagged for a person, in seconds (1–604,800).</summary>
    [Range(1, 604_800)]
    public int FlagAfterSeconds { get; set; } = 900;

    /// <summary>A webhook's timestamp may be this old, in seconds (1–3,600).</summary>
    [Range(1, 3_600)]
    public int WebhookToleranceSeconds { get; set; } = 300;

    /// <summary>How long the circuit stays open once the provider fails as a whole, in milliseconds (500–60,000).</summary>
    [Range(500, 60_000)]
    public int BreakMs { get; set; } = 3_000;

    /// <summary>How often the provider is asked whether it answers, while that is in doubt, in milliseconds (10–60,000).</summary>
    [Range(10, 60_000)]
    public int ProbeEveryMs { get; set; } = 1_000;

    /// <summary>
    /// An attempt belongs to who works on it for this long, in seconds: longer than its longest step, which is two calls.
    /// </summary>
    public int LeaseSeconds => (2 * CallMs / 1000) + 5;

    /// <summary>Real money: a card can't be named by the shop's own forms.</summary>
    public bool IsLive => IsLiveKey || PublishableKey?.StartsWith("pk_live_", StringComparison.Ordinal) is true;

    private bool IsLiveKey => StripeApiKey.StartsWith("sk_live_", StringComparison.Ordinal)
        || StripeApiKey.StartsWith("rk_live_", StringComparison.Ordinal);

    /// <summary><see cref="ReturnUrl"/> of one reservation, or null.</summary>
    public string? ReturnUrlOf(string sale, ReservationId reservation) => ReturnUrl?
        .Replace("{sale}", sale, StringComparison.Ordinal)
        .Replace("{reservation}", reservation.ToString(), StringComparison.Ordinal);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TryMs > CallMs)
            yield return new ValidationResult("Payments:TryMs must not exceed Payments:CallMs.", [nameof(TryMs)]);
        if (PublishableKey is { Length: > 0 } shown && !shown.StartsWith("pk_", StringComparison.Ordinal))
            yield return new ValidationResult(
                "Payments:PublishableKey is shown to everyone and must begin with pk_.", [nameof(PublishableKey)]);
        if (BackoffMs > MaxBackoffMs)
            yield return new ValidationResult(
                "Payments:BackoffMs must not exceed Payments:MaxBackoffMs.", [nameof(BackoffMs)]);
        if (IsLiveKey && !AllowLiveKey)
            yield return new ValidationResult(
                "Payments:StripeApiKey is a live key; set Payments:AllowLiveKey to use it.", [nameof(StripeApiKey)]);
    }
}
