namespace FlashSale.Gateway.Catalog;

/// <summary>The answer to "which sale is that?".</summary>
/// <param name="Sale">Null: there is none, or it is not known.</param>
/// <param name="IsCertain">False: the checkout could not be asked; answer 503, not 404.</param>
public readonly record struct SaleLookup(ListedSale? Sale, bool IsCertain);
