namespace FlashSale.LoadTest.Chaos;

/// <summary>One request and its answer as the client saw them.</summary>
/// <param name="Shopper">The shopper's id, as the tickets and the ledger have it.</param>
/// <param name="Sent">Microseconds since the run began, on the client's monotonic clock.</param>
/// <param name="Received">The same clock; when the client gave up, for an unknown answer.</param>
/// <param name="Number">The place in line that the answer named, or 0.</param>
/// <param name="Admission">The admission that the answer named, or empty.</param>
/// <param name="Unit">The unit that the answer named, or 0.</param>
/// <param name="Reservation">The reservation that the answer named, or empty.</param>
/// <param name="State">The state or the problem code that the answer named, or empty.</param>
public sealed record HistoryEvent(
    string Shopper, HistoryAct Act, HistoryAnswer Answer, long Sent, long Received,
    long Number = 0, string Admission = "", int Unit = 0, string Reservation = "", string State = "")
{
    /// <summary>Of an admission, or of a place that was called: until when to redeem it, by the ledger's clock.</summary>
    public DateTimeOffset RedeemBy { get; init; }

    /// <summary>Of a reservation: until when it can be paid, by the ledger's clock.</summary>
    public DateTimeOffset PayBy { get; init; }
}
