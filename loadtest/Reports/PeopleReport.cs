namespace FlashSale.LoadTest.Reports;

/// <summary>Whether the line counted people and not numbers.</summary>
/// <param name="Told">How often a shopper was told how many are ahead, of what was judged.</param>
/// <param name="WorstOff">The most that it was off by, as a share of the people truly ahead.</param>
/// <param name="Missed">Shoppers who polled when told, two seconds late at the most, and missed their turn.</param>
public sealed record PeopleReport(int Told, double WorstOff, int Missed)
{
    /// <summary>From the start to the last sale.</summary>
    public double? SellingSeconds { get; init; }

    /// <summary>The same of a sale to which only those came who stay; null where there was none.</summary>
    public double? AloneSeconds { get; init; }

    /// <summary>How much longer it took than without those who are gone; null where it is not known.</summary>
    public double? Ratio => SellingSeconds / AloneSeconds is { } ratio && double.IsFinite(ratio) ? Math.Round(ratio, 3) : null;
}
