using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.Checkout.Sales;

/// <summary>A row of <c>storefronts</c>, as it is read.</summary>
internal sealed class StorefrontColumns
{
    /// <summary>→ every storefront.</summary>
    public const string All = "SELECT id, name, return_origins, enqueue_secret, jwks_url, look, revision FROM storefronts";

    /// <summary>@id → the storefront, locked until the end of the transaction.</summary>
    public const string Lock = All + " WHERE id = @id FOR UPDATE";

    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    public string ReturnOrigins { get; init; } = "";
    public string? EnqueueSecret { get; init; }
    public string? JwksUrl { get; init; }
    public string? Look { get; init; }
    public long Revision { get; init; }

    public Storefront ToStorefront() => new()
    {
        Id = StorefrontId.Parse(Id),
        Name = Name,
        // Rows of older versions have international hosts as they were typed.
        ReturnOrigins = [.. (JsonSerializer.Deserialize<string[]>(ReturnOrigins) ?? []).Select(one => Origin.Normal(one) ?? one)],
        EnqueueSecret = EnqueueSecret,
        JwksUrl = JwksUrl,
        Look = Look is null ? null : JsonSerializer.Deserialize<Look>(Look, Wire.Json),
    };
}
