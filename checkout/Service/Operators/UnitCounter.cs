using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Operators;

/// <summary>Counts units in the ledger.</summary>
public sealed class UnitCounter(LedgerDatabase ledger)
{
    /// <summary>By sale number; a sale without reservations counts zeros.</summary>
    private static readonly string s_counts =
        $"""
        SELECT s.no,
          COALESCE(SUM(IF(c.state IN {ReservationStates.InCart}, c.units, 0)), 0) AS held,
          COALESCE(SUM(IF(c.state IN {ReservationStates.Sold}, c.units, 0)), 0) AS sold,
          COALESCE(SUM(IF(c.state = {ReservationState.Released:D}, c.units, 0)), 0) AS released,
          COALESCE(SUM(IF(c.state = {ReservationState.Refunded:D}, c.units, 0)), 0) AS refunded,
          UTC_TIMESTAMP(3) AS as_of
        FROM sales s
        LEFT JOIN (SELECT sale_no, state, COUNT(*) AS units FROM reservations GROUP BY sale_no, state) c ON c.sale_no = s.no
        GROUP BY s.no
        """;

    public async Task<Dictionary<int, UnitCounts>> CountAsync(CancellationToken cancel) =>
        (await ledger.ListAsync<Row>(s_counts, null, cancel).ConfigureAwait(false))
            .ToDictionary(row => row.No, row => new UnitCounts(row.Held, row.Sold, row.Released, row.Refunded, row.AsOf));

    private sealed class Row
    {
        public int No { get; init; }
        public int Held { get; init; }
        public int Sold { get; init; }
        public int Released { get; init; }
        public int Refunded { get; init; }
        public DateTimeOffset AsOf { get; init; }
    }
}
