using FlashSale.Checkout.Access;
using FlashSale.Contract;

namespace FlashSale.Checkout.Operators;

/// <summary>An operator, as operators see them.</summary>
/// <param name="ExpiresAt">The key opens nothing from then on.</param>
/// <param name="ApiKey">Once, when it is made.</param>
public sealed record OperatorView(
    string Name, OperatorRole Role, StorefrontId? Storefront, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? ApiKey = null);
