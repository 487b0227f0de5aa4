using FlashSale.Gateway.Tickets;
using FlashSale.Queue;
using FlashSale.WaitingRoom.Claims;

namespace FlashSale.Simulator.World;

/// <summary>What an edge answers to a shopper: a closed set.</summary>
internal abstract record Reply
{
    private Reply() { }

    /// <summary>To a join or a poll: the place as it is now.</summary>
    /// <param name="State">As the line knows it.</param>
    /// <param name="Word">As the shopper is told.</param>
    /// <param name="RedeemBy">Epoch seconds, 0 unless admitted.</param>
    internal sealed record Told(
        Place Place, PlaceState State, PlaceWord Word, long Ahead, long RedeemBy, int NextPollMs, bool IsNew) : Reply;

    /// <summary>To a poll: more polls than this edge can take.</summary>
    internal sealed record SlowDown : Reply;

    /// <summary>To a claim.</summary>
    internal sealed record Turn(ClaimOutcome Outcome) : Reply;

    /// <summary>To a claim: the admission's reservation has ended.</summary>
    internal sealed record Spent : Reply;

    /// <summary>To a join: another place may be had after this time.</summary>
    internal sealed record TooSoon(TimeSpan Wait) : Reply;

    /// <summary>Joining is not open yet.</summary>
    internal sealed record NotOpen : Reply;

    /// <summary>The sale has ended, or is sold out.</summary>
    internal sealed record Over : Reply;
    internal sealed record AlreadyBought : Reply;

    /// <summary>The place has been given up.</summary>
    internal sealed record GivenUp : Reply;
}
