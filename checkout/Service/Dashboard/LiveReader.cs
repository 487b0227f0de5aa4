using Dapper;

using FlashSale.Checkout.Ledger;

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
    private const string Carts =
        """
        SELECT unit, pay_by FROM reservations WHERE state = 1 AND sale_no = @no ORDER BY release_at LIMIT @limit;
        SELECT COUNT(*) FROM reservations
        WHERE state = 1 AND release_at < UTC_TIMESTAMP(3) + INTERVAL 30 SECOND AND sale_no = @no;
        """;

    /// <summary>What changed after a moment (index changes), newest first.</summary>
    private const string Changes =
        """
        SELECT unit, state, reason, order_number, changed_at FROM reservations
        WHERE changed_at > @since AND sale_no = @no AND state IN (1, 3, 4) AND shopper IS NOT NULL
        ORDER BY changed_at DESC LIMIT @limit
        """;

    public Task<IReadOnlyList<LivePayments>> PaymentsAsync(int no, CancellationToken cancel) =>
        ledger.RunAsync<IReadOnlyList<LivePayments>>(async (connection, stop) =>
        {
            var rows = await connection.QueryAsync<(int State, long Count)>(
                new CommandDefinition(Payments, new { no }, cancellationToken: stop)).ConfigureAwait(false);
            var counts = rows.ToLookup(row => Name(row.State), row => row.Count);
            return [.. s_names.Select(name => new LivePayments(name, counts[name].Sum()))];
        }, cancel);

    public Task<LiveExpiring> ExpiringAsync(int no, CancellationToken cancel) => ledger.RunAsync(async (connection, stop) =>
    {
        using var both = await connection.QueryMultipleAsync(
            new CommandDefinition(Carts, new { no, limit = MaxCarts }, cancellationToken: stop)).ConfigureAwait(false);
        var carts = await both.ReadAsync<(int Unit, DateTime PayBy)>().ConfigureAwait(false);
        var next = carts.Select(cart => new LiveCart(cart.Unit, Utc(cart.PayBy))).ToList();
        return new LiveExpiring(await both.ReadSingleAsync<long>().ConfigureAwait(false), next);
    }, cancel);

    public Task<List<LiveEvent>> ChangesAsync(int no, DateTimeOffset since, CancellationToken cancel) =>
        ledger.RunAsync(async (connection, stop) =>
        {
            var rows = await connection.QueryAsync<(int Unit, int State, int? Reason, string? Order, DateTime At)>(
                new CommandDefinition(Changes, new { no, since = since.UtcDateTime, limit = MaxChanges }, cancellationToken: stop))
                .ConfigureAwait(false);
            return rows.Select(row => new LiveEvent(
                Utc(row.At), Kind(row.State, row.Reason), row.Unit, row.Order)).Reverse().ToList();
        }, cancel);

    // The attempt's states as the contract names a payment's; what is not final yet is being worked on.
    private static readonly string[] s_names = ["captured", "processing", "declined", "voided", "refunded"];

    private static string Name(int attemptState) => attemptState switch
    {
        10 => "captured",
        11 => "declined",
        12 or 14 => "voided",
        13 => "refunded",
        _ => "processing",
    };

    private static string Kind(int state, int? reason) => (state, reason) switch
    {
        (1, _) => "held",
        (3, _) => "sold",
        (_, 2) => "cancelled",
        (_, 3) => "declined",
        _ => "expired",
    };

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc), TimeSpan.Zero);
}
