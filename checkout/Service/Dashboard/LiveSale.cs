using FlashSale.Checkout.Operators;
using FlashSale.Contract;

namespace FlashSale.Checkout.Dashboard;

/// <summary>Everything the dashboard shows of one sale, pushed each second.</summary>
/// <param name="Line">Null when no waiting room answers.</param>
public sealed record LiveSale(
    OperatorSaleView Sale, string SaleState, LineNumbers? Line, UnitNumbers Units, double? JoinsPerSecond, double? PollsPerSecond,
    IReadOnlyList<LivePayments> Payments, LiveExpiring Expiring, IReadOnlyList<LivePart> Parts,
    IReadOnlyList<LiveEvent> Events, DateTimeOffset ServerTime);
