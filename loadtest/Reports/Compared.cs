namespace FlashSale.LoadTest.Reports;

/// <summary>One number in two runs.</summary>
public sealed record Compared(string What, double? Before, double? After)
{
    /// <summary>
    /// From the first to the second, as a share of the first; null when there is nothing to compare.
    /// </summary>
    public double? Change => Before is > 0 && After is not null ? After / Before - 1 : null;
}
