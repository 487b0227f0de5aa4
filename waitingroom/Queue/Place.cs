using FlashSale.Contract;

namespace FlashSale.Queue;

/// <summary>
/// A place in line: the line's epoch (UTC seconds when it was created) and the number given at joining.
/// </summary>
public readonly record struct Place(uint Epoch, uint Number);

/// <summary>What a signed ticket says.</summary>
public readonly record struct Ticket(SaleId Sale, Place Place, ShopperId Shopper);

/// <summary>What has become of a place: the same numbers as in Redis and in the scripts (<c>prelude.lua</c>).</summary>
public enum PlaceState
{
    /// <summary>Not called yet, or passed over while away (then it goes first on return).</summary>
    Waiting = 0,

    /// <summary>The turn passed unused.</summary>
    Missed = 1,

    /// <summary>The shopper left.</summary>
    Left = 2,

    /// <summary>The admission became a reservation.</summary>
    Redeemed = 3,

    /// <summary>The reservation ended without a purchase.</summary>
    Released = 4,

    /// <summary>The reservation became a purchase.</summary>
    Bought = 5,

    /// <summary>Called: an admission is ready to be claimed, or has been. Not written in places: the scripts tell it.</summary>
    Admitted = 6,
}

/// <summary>A place as of now.</summary>
/// <param name="Rank">Its calling position, from 1; -1 while it is unknown (a shuffle before the start).</param>
/// <param name="Ahead">How many are called before it; -1 while unknown.</param>
/// <param name="RedeemBy">Epoch seconds of the ledger's clock, 0 unless admitted.</param>
public readonly record struct PlaceStatus(PlaceState State, long Rank, long Ahead, long RedeemBy);

/// <summary>How joining ended.</summary>
public abstract record JoinOutcome
{
    private JoinOutcome() { }

    /// <summary>The shopper has this place; <paramref name="IsNew"/> when it was given just now.</summary>
    public sealed record Joined(Place Place, bool IsNew) : JoinOutcome;

    /// <summary>One each: the shopper has bought a unit.</summary>
    public sealed record AlreadyBought : JoinOutcome
    {
        public static readonly AlreadyBought Instance = new();
    }

    /// <summary>There is no line yet, or Redis is down: 503, try again.</summary>
    public sealed record NotReady : JoinOutcome
    {
        public static readonly NotReady Instance = new();
    }
}
