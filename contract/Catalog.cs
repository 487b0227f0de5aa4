namespace FlashSale.Contract;

/// <summary>The answer of <c>GET /internal/catalog?revision=…</c> of the checkout: what an edge must know.</summary>
public sealed record Catalog(
    DateTimeOffset AsOf, string Revision, IReadOnlyList<Sale>? Sales, IReadOnlyList<Storefront>? Storefronts);
