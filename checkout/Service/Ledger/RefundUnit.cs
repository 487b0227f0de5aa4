namespace FlashSale.Checkout.Ledger;

/// <summary>What becomes of a unit whose money went back, as stored.</summary>
public enum RefundUnit
{
    /// <summary>It goes to the next in line.</summary>
    Resell = 1,

    /// <summary>It is taken out of the sale: the inventory is smaller by one.</summary>
    Withdraw = 2,
}
