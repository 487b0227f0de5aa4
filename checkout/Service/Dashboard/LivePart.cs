namespace FlashSale.Checkout.Dashboard;

/// <summary>A part of the system and whether it works.</summary>
/// <param name="Kind"><c>edge</c>, <c>waitingroom</c>, <c>leader</c> (the waiting room that admits) or <c>ledger</c>.</param>
/// <param name="Detail">What is missing, when it does answer.</param>
/// <param name="SeenMsAgo">When it was last heard or asked.</param>
public sealed record LivePart(
    string Kind, string? Name, bool Ok, string? Detail, string? Version, long SeenMsAgo,
    double? JoinsPerSecond = null, double? PollsPerSecond = null);
