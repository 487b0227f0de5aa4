namespace FlashSale.Checkout.Payments.Differences;

/// <summary>A row of <c>payment_differences</c>, with what it is about.</summary>
internal sealed class DifferenceRow
{
    public Guid Attempt { get; init; }
    public DifferenceKind Kind { get; init; }
    public string Sale { get; init; } = "";
    public Guid Reservation { get; init; }
    public string? Intent { get; init; }
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string Detail { get; init; } = "";
    public DateTimeOffset RaisedAt { get; init; }
}
