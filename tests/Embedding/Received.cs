using System.Text.Json;

using FlashSale.Checkout.Webhooks;

namespace FlashSale.Tests.Embedding;

/// <summary>What arrived, as a storefront's server sees it.</summary>
internal sealed record Received(string Id, long Timestamp, string Signature, string Body)
{
    public string Type => JsonDocument.Parse(Body).RootElement.GetProperty("type").GetString()!;

    /// <summary>As the Standard Webhooks specification checks it.</summary>
    public bool IsSignedWith(string secret) => Signature == WebhookSignature.Sign(
        Convert.FromBase64String(secret["whsec_".Length..]), Id, Timestamp, Body);
}
