using FlashSale.Contract;
using FlashSale.Gateway.Challenges;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>How a request to join ended.</summary>
public abstract record JoinAnswer
{
    private JoinAnswer() { }

    /// <param name="Status">As of now.</param>
    /// <param name="Text">The signed ticket.</param>
    public sealed record Has(Ticket Ticket, string Text, PlaceStatus Status, bool IsNew) : JoinAnswer;

    /// <param name="Challenge">With <see cref="Problem.ChallengeRequired"/>.</param>
    /// <param name="RetryAfterSeconds">With <see cref="Problem.SlowDown"/>.</param>
    /// <param name="Purchase">With <see cref="Problem.AlreadyBought"/>; null when it cannot be asked for at the moment.</param>
    /// <param name="SaleState">With <see cref="Problem.SaleEnded"/>: why.</param>
    public sealed record Refused(
        Problem Problem, DateTimeOffset? QueueOpensAt = null, Challenge? Challenge = null, int? RetryAfterSeconds = null,
        string? Detail = null, Purchase? Purchase = null, PublicSaleState? SaleState = null)
        : JoinAnswer;
}
