using FlashSale.Contract;

namespace FlashSale.Gateway.Tickets;

/// <summary>When a place is called, as a range of seconds from now.</summary>
public readonly record struct Eta(int LowSeconds, int HighSeconds)
{
    /// <summary>A longer wait is not an estimate but a guess.</summary>
    public const int MaxSeconds = 24 * 3600;

    /// <summary>Slower than this, the measured rate says nothing: one admission in ten minutes.</summary>
    private const double MinRate = 1.0 / 600;

    /// <summary>
    /// While units are free they go out at the sale's own rate, so those who come within the free ones know their time. Later
    /// ones wait for units that come back. How many admissions there were lately says nothing of these: the free units' rate would
    /// still be in it, and make a wait of minutes look short. What is known is how many carts there are and how long they last.
    /// </summary>
    /// <param name="ahead">-1 unknown.</param>
    /// <param name="measured">Admissions a second lately.</param>
    /// <param name="secondsToStart">0 once it has started.</param>
    /// <returns>Null while unknown, and when fewer units than that are expected back.</returns>
    public static Eta? Of(
        PublicSaleState state, Units units, long ahead, Sale sale, double measured, double secondsToStart)
    {
        ArgumentNullException.ThrowIfNull(sale);
        if (state is not (PublicSaleState.Prequeue or PublicSaleState.Open) || ahead < 0) return null;
        var start = Math.Max(0, secondsToStart);
        if (ahead < units.Available)
        {
            var atLimit = (double)ahead / Math.Max(1, sale.AdmitPerSecond);
            var asMeasured = measured >= MinRate ? ahead / measured : atLimit;
            return Range(start + atLimit, start + Math.Max(2 * atLimit, asMeasured) + 1);
        }
        var back = units.InCarts * Outlooks.ReturnShare;
        if (start > 0 || units.Available > 0 || ahead + 1 > back) return null;
        // Carts were filled over about as long as they last, so they end at a steady pace.
        var expected = (ahead + 1) / back * (sale.ClaimSeconds + sale.PaySeconds);
        return Range(expected * 0.5, expected * 1.5 + 1);
    }

    private static Eta? Range(double low, double high) =>
        high > MaxSeconds ? null : new Eta((int)Math.Floor(low), (int)Math.Ceiling(high));
}
