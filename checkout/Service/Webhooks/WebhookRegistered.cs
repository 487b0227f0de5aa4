namespace FlashSale.Checkout.Webhooks;

/// <summary>The answer of <c>PUT …/webhook</c>, which takes <c>{ "url": "…" }</c>.</summary>
/// <param name="Secret">Shown once, at creation: <c>whsec_…</c>, with which each event is signed.</param>
public sealed record WebhookRegistered(string Storefront, string Url, string? Secret);
