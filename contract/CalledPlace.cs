namespace FlashSale.Contract;

/// <summary>
/// The body of <c>POST /internal/called/{sale}</c> of the checkout: a shopper whom their storefront wants to call by itself.
/// </summary>
/// <param name="Place">Which place, and why: the same for the same news.</param>
/// <param name="What"><c>soon</c>, <c>turn</c>, <c>passedOver</c> or <c>anew</c>.</param>
/// <param name="Until">When a turn ends.</param>
public sealed record CalledPlace(string Shopper, string Place, string What, DateTimeOffset? Until);
