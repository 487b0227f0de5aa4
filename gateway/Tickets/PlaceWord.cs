namespace FlashSale.Gateway.Tickets;

/// <summary>The contract's <c>state</c> of a place.</summary>
public enum PlaceWord
{
    Prequeue,
    Waiting,
    Admitted,
    Missed,
    Redeemed,
    Left,
    SoldOut,
    Ended,
}
