using FlashSale.Contract;

namespace FlashSale.Checkout.Sales;

/// <summary>Every sale and storefront, as of one moment of the database's clock.</summary>
public sealed record CatalogReading(
    DateTimeOffset AsOf, string SalesRevision, string StorefrontsRevision,
    IReadOnlyDictionary<SaleId, SaleRow> Sales, IReadOnlyDictionary<StorefrontId, Storefront> Storefronts)
{
    /// <summary>Changes when any sale or storefront changes.</summary>
    public string Revision => $"{SalesRevision}.{StorefrontsRevision}";
}
