namespace FlashSale.Checkout.Dashboard;

/// <param name="Soon">How many have less than 30 s left.</param>
/// <param name="Next">The first to expire.</param>
public sealed record LiveExpiring(long Soon, IReadOnlyList<LiveCart> Next);
