using FlashSale.Checkout.Operators;
using FlashSale.Contract;

namespace FlashSale.Checkout.Dashboard;

/// <summary>A sale in the list of all.</summary>
public sealed record LiveListed(
    SaleId Id, string Name, string SaleState, DateTimeOffset StartsAt, DateTimeOffset? EndsAt, UnitNumbers Units, long? Waiting);

/// <summary>Everything the dashboard shows of one sale, pushed each second.</summary>
/// <param name="Line">Null when no waiting room answers.</param>
public sealed record LiveSale(
    SaleView Sale, string SaleState, LineNumbers? Line, UnitNumbers Units, double? JoinsPerSecond, double? PollsPerSecond,
    IReadOnlyList<LivePayments> Payments, LiveExpiring Expiring, IReadOnlyList<LivePart> Parts,
    IReadOnlyList<LiveEvent> Events, DateTimeOffset ServerTime);

/// <param name="Name">The contract's word of a payment's state, or how a reservation ended.</param>
public sealed record LivePayments(string Name, long Count);

/// <param name="Soon">How many have less than 30 s left.</param>
/// <param name="Next">The first to expire.</param>
public sealed record LiveExpiring(long Soon, IReadOnlyList<LiveCart> Next);

public sealed record LiveCart(int Unit, DateTimeOffset PayBy);

/// <summary>A part of the system and whether it works.</summary>
/// <param name="Kind"><c>edge</c>, <c>waitingroom</c>, <c>leader</c> (the waiting room that admits) or <c>ledger</c>.</param>
/// <param name="Detail">What is missing, when it does answer.</param>
/// <param name="SeenMsAgo">When it was last heard or asked.</param>
public sealed record LivePart(
    string Kind, string? Name, bool Ok, string? Detail, string? Version, long SeenMsAgo,
    double? JoinsPerSecond = null, double? PollsPerSecond = null);

/// <summary>Something that happened. The page has the words for each kind.</summary>
/// <param name="Kind">
/// <c>held</c>, <c>sold</c>, <c>expired</c>, <c>cancelled</c>, <c>declined</c> (a unit); <c>settings</c>, <c>state</c>,
/// <c>stopped</c>, <c>going</c>, <c>edges</c> (the sale).
/// </param>
public sealed record LiveEvent(
    DateTimeOffset At, string Kind, int? Unit = null, string? Order = null, string? Name = null, object? To = null);

/// <summary>What a sale is doing, in the contract's words; as the edge decides it.</summary>
internal static class SaleStateWord
{
    public static string Of(Sale sale, int sold, DateTimeOffset now) =>
        sold >= sale.Inventory ? "soldOut"
        : sale.EndsAt <= now ? "ended"
        : now < sale.QueueOpensAt ? "scheduled"
        : now < sale.StartsAt ? "prequeue"
        : sale.Paused ? "paused" : "open";
}
