namespace FlashSale.Checkout.Payments.Webhooks;

/// <summary>A hint of the inbox that waits, and how often it has been tried.</summary>
internal sealed class PendingRow
{
    public string Id { get; init; } = "";
    public string Type { get; init; } = "";
    public string? Intent { get; init; }
    public Guid? Attempt { get; init; }
    public int Tries { get; init; }

    public WebhookHint ToHint() => new(Id, Type, Intent, Attempt);
}
