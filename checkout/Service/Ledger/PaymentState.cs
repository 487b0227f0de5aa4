namespace FlashSale.Checkout.Ledger;

/// <summary>How the latest payment attempt stands, as stored; the contract's <c>payment.state</c> in camelCase.</summary>
public enum PaymentState
{
    None = 0,
    Processing = 1,
    Unknown = 2,
    Declined = 3,
    Authorised = 4,
    Captured = 5,
    Voided = 6,
    Refunded = 7,

    /// <summary>The bank wants the shopper to prove who they are.</summary>
    ActionRequired = 8,
}
