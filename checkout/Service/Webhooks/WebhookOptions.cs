using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace FlashSale.Checkout.Webhooks;

/// <summary>How events are sent to storefronts; section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions : IValidatableObject
{
    public const string Section = "Webhooks";

    /// <summary>Lets a storefront register <c>http://127.0.0.1:…</c>: for development only.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>
    /// Seconds until each next try, by comma; after the last one the event is a dead letter. By default nine tries more
    /// over 18 hours.
    /// </summary>
    public string RetrySeconds { get; set; } = "1,5,30,120,600,1800,7200,18000,36000";

    /// <summary>A receiver must answer within this. 1–30.</summary>
    [Range(1, 30)] public int TimeoutSeconds { get; set; } = 10;

    /// <summary>How often the ledger is looked at. 50–60,000.</summary>
    [Range(50, 60_000)] public int ScanMs { get; set; } = 1000;

    public IReadOnlyList<int> Retries =>
        [.. RetrySeconds.Split(',').Select(text => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture))];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        const int MaxRetries = 20;
        var items = RetrySeconds.Split(',');
        if (items.Length > MaxRetries || !items.All(text => int.TryParse(text, NumberStyles.None, null, out _)))
            yield return new ValidationResult($"{Section}:{nameof(RetrySeconds)} must be up to {MaxRetries} numbers, by comma");
    }
}
