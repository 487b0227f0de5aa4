namespace FlashSale.Gateway.Tickets;

/// <summary>The contract's <c>saleState</c>.</summary>
public enum PublicSaleState
{
    /// <summary>Joining is not open yet.</summary>
    Scheduled,

    /// <summary>Joining is open, the sale has not started.</summary>
    Prequeue,
    Open,
    Paused,
    SoldOut,
    Ended,
}
