namespace FlashSale.Checkout.Payments.Webhooks;

/// <summary>What a webhook tells us that we use: which payment to look at. Everything else is asked of the provider.</summary>
/// <param name="Intent">The payment intent it is about, or null.</param>
/// <param name="Attempt">Our attempt, from the intent's metadata, or null when it isn't ours.</param>
public sealed record WebhookHint(string Event, string Type, string? Intent, Guid? Attempt);
