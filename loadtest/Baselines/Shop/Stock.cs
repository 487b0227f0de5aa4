namespace FlashSale.Baselines.Shop;

/// <summary>The two usual ways to keep a stock.</summary>
public enum Stock
{
    /// <summary>One row with what remains, taken by a conditional UPDATE.</summary>
    Counter,

    /// <summary>A row for each unit; each buyer locks the first free one that nobody else has locked.</summary>
    SkipLocked,
}
