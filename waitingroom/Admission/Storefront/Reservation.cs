namespace FlashSale.Admission;

/// <summary>A unit in a shopper's cart.</summary>
/// <param name="State"><c>held</c>, <c>sold</c> or <c>released</c>.</param>
/// <param name="Reason">Why it was released: <c>expired</c>, <c>cancelled</c>, <c>declined</c>.</param>
/// <param name="PayBy">It must be paid by then; it is given to the next in line soon after.</param>
public sealed record Reservation(
    string Id, string Sale, int Unit, string State, string? Reason, DateTimeOffset PayBy, Price Price, string? OrderNumber);
