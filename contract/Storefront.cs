namespace FlashSale.Contract;

/// <summary>A shop that sends its shoppers to the line and trusts our tokens.</summary>
public sealed record Storefront
{
    public required StorefrontId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Origins (scheme://host[:port]) to which the line may return a shopper.</summary>
    public IReadOnlyList<string> ReturnOrigins { get; init; } = [];

    /// <summary>The HS256 secret of its enqueue tokens, or null when it uses <see cref="JwksUrl"/>.</summary>
    public string? EnqueueSecret { get; init; }
    public string? JwksUrl { get; init; }

    /// <summary>Its name's dress on the line's pages; null is the plain one.</summary>
    public Look? Look { get; init; }
}
