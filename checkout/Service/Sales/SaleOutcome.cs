namespace FlashSale.Checkout.Sales;

/// <summary>What became of a change of a sale: a closed set.</summary>
public abstract record SaleOutcome
{
    private SaleOutcome() { }

    public sealed record Saved(SaleRow Row, bool Created) : SaleOutcome;

    /// <summary>One line for each wrong setting.</summary>
    public sealed record Invalid(IReadOnlyList<string> Errors) : SaleOutcome;

    /// <summary>The payment provider can't take the price: why.</summary>
    public sealed record NotPayable(string Reason) : SaleOutcome;

    /// <summary>More units are held or sold than the wanted inventory.</summary>
    public sealed record InventoryInUse : SaleOutcome;

    /// <summary>It is, or would be, of a storefront that the operator has nothing to do with.</summary>
    public sealed record NotTheirs : SaleOutcome;
    public sealed record Unknown : SaleOutcome;
}
