namespace FlashSale.Queue;

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
