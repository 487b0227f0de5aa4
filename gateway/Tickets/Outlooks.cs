namespace FlashSale.Gateway.Tickets;

/// <summary>The estimate, and why.</summary>
public static class Outlooks
{
    /// <summary>Of the units in carts, the share assumed to come back.</summary>
    public const double ReturnShare = 0.25;

    /// <summary>Of those ahead, the share assumed to buy (others are away, decline or don't pay).</summary>
    private const double BuyerShare = 0.7;

    /// <param name="ahead">How many are called before; -1 unknown (a shuffle before its start).</param>
    /// <param name="waiting">Everyone in line; counts when <paramref name="ahead"/> is unknown.</param>
    public static Outlook Of(PublicSaleState state, Units units, long ahead, long waiting)
    {
        if (state is PublicSaleState.SoldOut or PublicSaleState.Ended) return Outlook.None;
        var before = ahead >= 0 ? ahead : Math.Max(0, waiting - 1);
        // No more units can come back than are in carts.
        if (units.Available == 0) return before < units.InCarts ? Outlook.ReturnsOnly : Outlook.Unlikely;
        if (before < units.Available) return Outlook.Likely;
        var hoped = units.Available / BuyerShare + units.InCarts * ReturnShare;
        // The pages call it too late for whoever is unlikely to get one: never while more units are left, those in carts
        // included, than people are ahead.
        return before < units.Available + units.InCarts || before < hoped ? Outlook.Possible : Outlook.Unlikely;
    }

    public static string Word(this Outlook outlook) => outlook switch
    {
        Outlook.Likely => "likely",
        Outlook.Possible => "possible",
        Outlook.Unlikely => "unlikely",
        Outlook.ReturnsOnly => "returnsOnly",
        _ => "none",
    };
}
