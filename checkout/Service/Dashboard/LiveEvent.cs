namespace FlashSale.Checkout.Dashboard;

/// <summary>Something that happened. The page has the words for each kind.</summary>
/// <param name="Kind">
/// <c>held</c>, <c>sold</c>, <c>expired</c>, <c>cancelled</c>, <c>declined</c> (a unit); <c>settings</c>, <c>state</c>,
/// <c>stopped</c>, <c>going</c>, <c>edges</c> (the sale).
/// </param>
public sealed record LiveEvent(
    DateTimeOffset At, string Kind, int? Unit = null, string? Order = null, string? Name = null, object? To = null);
