using System.ComponentModel.DataAnnotations;

namespace FlashSale.PaymentSimulator;

/// <summary>The keys under <c>Simulator:</c>.</summary>
public sealed class SimulatorOptions
{
    public const string Section = "Simulator";

    /// <summary>Where webhooks are posted; none are sent while it is empty.</summary>
    public string? WebhookUrl { get; set; }

    /// <summary>Signs the webhooks (Stripe's scheme), at least 8 characters.</summary>
    [Required, MinLength(8)]
    public string WebhookSecret { get; set; } = "whsec_simulator";

    /// <summary>The secret key that callers must send; any key is accepted while it is empty.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The key of shoppers' pages: it opens what these do, each with the intent's client secret.</summary>
    public string PublishableKey { get; set; } = "pk_test_simulator";

    /// <summary>A file to which every money movement is appended, and from which they are read at start.</summary>
    public string? LedgerFile { get; set; }

    /// <summary>How late a <c>slow</c> answer is at the most, in milliseconds (1–60,000).</summary>
    [Range(1, 60_000)]
    public int SlowMs { get; set; } = 1_500;

    /// <summary>How long a <c>hang</c> lasts when the caller doesn't give up first, in milliseconds (1–600,000).</summary>
    [Range(1, 600_000)]
    public int HangMs { get; set; } = 60_000;

    /// <summary>How long a challenge lasts at the most that ends by itself, in milliseconds (1–600,000).</summary>
    [Range(1, 600_000)]
    public int ChallengeMs { get; set; } = 3_000;

    /// <summary>How long one lasts that ends late, in milliseconds (1–3,600,000).</summary>
    [Range(1, 3_600_000)]
    public int ChallengeLateMs { get; set; } = 30_000;

    /// <summary>How late a <c>webhookDelayed</c> event is sent, in milliseconds (1–3,600,000).</summary>
    [Range(1, 3_600_000)]
    public int WebhookDelayMs { get; set; } = 20_000;

    /// <summary>How late a <c>webhookReordered</c> event is sent at the most, in milliseconds (1–60,000).</summary>
    [Range(1, 60_000)]
    public int WebhookReorderMs { get; set; } = 1_000;
}
