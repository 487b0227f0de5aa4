namespace FlashSale.Checkout.Webhooks;

/// <summary>An event that was given up, or is still being tried.</summary>
public sealed record WebhookDelivery(
    string Id, string Type, int Attempts, DateTime CreatedAt, DateTime At, int? LastStatus, string? LastError);
