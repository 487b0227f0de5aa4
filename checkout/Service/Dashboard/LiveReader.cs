using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;

namespace FlashSale.Checkout.Dashboard;

/// <summary>Reads what the dashboard shows beyond the counts; asked only while someone watches the sale.</summary>
internal sealed class LiveReader(LedgerDatabase ledger)
{
    private const int MaxCarts = 6, MaxChanges = 40;

    /// <summary>Payment attempts by their state (index by_sale), and reservations that ended by why.</summary>
    private const string Payments =
        """
        SELECT state, COUNT(*) AS count FROM payment_attempts WHERE sale_no = @no GROUP BY state
        """;

    /// <summary>In the order in which they expire (index due).</summary>
    private static readonly string s_carts =
        $"""
        SELECT unit, pay_by FROM reservations WHERE state = {ReservationState.Held:D} AND sale_no = @no
        ORDER BY release_at LIMIT @limit
        """;

    private static readonly string s_expiring =
        $"""
        SELECT COUNT(*) FROM reservations WHERE state = {ReservationState.Held:D}
          AND release_at < UTC_TIMESTAMP(3) + INTERVAL 30 SECOND AND sale_no = @no
        """;

    /// <summary>What changed after a moment (index changes), newest first.</summary>
    private static readonly string s_changes =
        $"""
        SELECT unit, state, reason, order_number, changed_at FROM reservations
        WHERE changed_at > @since AND sale_no = @no AND shopper IS NOT NULL
          AND state IN ({ReservationState.Held:D}, {ReservationState.Sold:D}, {ReservationState.Released:D},
            {ReservationState.Refunded:D})
        ORDER BY changed_at DESC LIMIT @limit
        """;

    public async Task<IReadOnlyList<LivePayments>> PaymentsAsync(int no, CancellationToken cancel)
    {
        var rows = await ledger.ListAsync<(AttemptState State, long Count)>(Payments, new { no }, cancel)
            .ConfigureAwait(false);
        var counts = rows.ToLookup(row => Name(row.State), row => row.Count);
        return [.. s_names.Select(name => new LivePayments(name, counts[name].Sum()))];
    }

    public async Task<LiveExpiring> ExpiringAsync(int no, CancellationToken cancel)
    {
        var carts = await ledger.ListAsync<(int Unit, DateTime PayBy)>(s_carts, new { no, limit = MaxCarts }, cancel)
            .ConfigureAwait(false);
        var soon = await ledger.FindAsync<long>(s_expiring, new { no }, cancel).ConfigureAwait(false);
        return new LiveExpiring(soon, carts.ConvertAll(cart => new LiveCart(cart.Unit, cart.PayBy)));
    }

    public async Task<List<LiveEvent>> ChangesAsync(int no, DateTimeOffset since, CancellationToken cancel)
    {
        var rows = await ledger.ListAsync<(int Unit, ReservationState State, ReleaseReason? Reason, string? Order, DateTime At)>(
            s_changes, new { no, since = since.UtcDateTime, limit = MaxChanges }, cancel).ConfigureAwait(false);
        return [.. rows.Select(row => new LiveEvent(row.At, Kind(row.State, row.Reason), row.Unit, row.Order)).Reverse()];
    }

    // The attempt's states as the contract names a payment's; what is not final yet is being worked on.
    private static readonly string[] s_names = ["captured", "processing", "declined", "voided", "refunded"];

    private static string Name(AttemptState state) => state switch
    {
        AttemptState.Captured => "captured",
        AttemptState.Declined => "declined",
        AttemptState.Voided or AttemptState.Abandoned => "voided",
        AttemptState.Refunded => "refunded",
        _ => "processing",
    };

    private static string Kind(ReservationState state, ReleaseReason? reason) => (state, reason) switch
    {
        (ReservationState.Held, _) => "held",
        (ReservationState.Sold, _) => "sold",
        (ReservationState.Refunded, _) => "refunded",
        (_, ReleaseReason.Cancelled) => "cancelled",
        (_, ReleaseReason.Declined) => "declined",
        _ => "expired",
    };
}
