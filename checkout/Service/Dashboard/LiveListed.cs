using FlashSale.Checkout.Operators;
using FlashSale.Contract;

namespace FlashSale.Checkout.Dashboard;

/// <summary>A sale in the list of all.</summary>
public sealed record LiveListed(
    SaleId Id, string Name, string SaleState, DateTimeOffset StartsAt, DateTimeOffset? EndsAt, UnitNumbers Units, long? Waiting);
