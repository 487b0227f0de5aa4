namespace FlashSale.Checkout.Ledger;

/// <summary>Why a unit was released, as stored.</summary>
public enum ReleaseReason
{
    /// <summary>Not paid by pay-by.</summary>
    Expired = 1,

    /// <summary>Given back by the shopper.</summary>
    Cancelled = 2,

    /// <summary>Every payment attempt was declined.</summary>
    Declined = 3,
}
