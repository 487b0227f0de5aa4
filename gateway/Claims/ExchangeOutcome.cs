using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Claims;

/// <summary>How a claim ended.</summary>
public abstract record ExchangeOutcome
{
    private ExchangeOutcome() { }

    public sealed record Claimed(ClaimAnswer Answer) : ExchangeOutcome;

    /// <param name="Place">The place, for a shopper whose turn it is not.</param>
    /// <param name="Purchase">What the shopper has bought, with <see cref="Problem.AlreadyBought"/>.</param>
    public sealed record Refused(
        Problem Problem, (Ticket Ticket, PlaceStatus Status)? Place = null, Purchase? Purchase = null) : ExchangeOutcome;
}
