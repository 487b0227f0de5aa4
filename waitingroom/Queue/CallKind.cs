namespace FlashSale.Queue;

/// <summary>What the public log says of a place: the same numbers as in <c>prelude.lua</c>.</summary>
public enum CallKind
{
    /// <summary>It was this place's turn: a unit was promised.</summary>
    Called = 1,

    /// <summary>Nobody was there; whoever comes back goes first.</summary>
    PassedOver = 2,

    /// <summary>Who was passed over has come back.</summary>
    Returned = 3,

    /// <summary>The shopper gave the place up.</summary>
    Left = 4,

    /// <summary>The turn passed unused.</summary>
    Missed = 5,

    /// <summary>A turn that could not be heard of, or whose unit was gone: it is called again, from the front.</summary>
    Requeued = 6,
}
