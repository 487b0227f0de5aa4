using System.Globalization;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Ledger.Outages;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;

using MySqlConnector;

namespace FlashSale.Checkout.Internal;

/// <summary>Reads the state of units for <see cref="LedgerSnapshot"/>.</summary>
public sealed class LedgerReader(LedgerDatabase ledger)
{
    /// <summary>
    /// How far before <c>since</c> changes are told again. A change carries the time at which its statement began, and
    /// can be read once it has committed; so one that was not there at the last reading may carry an earlier time than
    /// that, by as long as a statement, or a transaction that steps share, may run, and this is longer. Only the change
    /// of an inventory may take longer still; but then the sale has changed, and a caller that is told so asks for
    /// everything.
    /// </summary>
    public const int OverlapSeconds = LedgerDatabase.StatementSeconds + 5;

    /// <summary>In place of a state: the row is a sum.</summary>
    private const int Sum = 0;

    /// <summary>→ the clock, 1 when the ledger takes no writes, and the last outage.</summary>
    private const string AsOf =
        "SELECT UTC_TIMESTAMP(3), (" + PulseSql.IsStale + "), o.began_at, o.ended_at "
        + "FROM (SELECT MAX(no) AS no FROM ledger_outages) l LEFT JOIN ledger_outages o ON o.no = l.no; ";
    private const string Row = "SELECT r.sale_no, r.unit, r.state, r.admission, r.refund_rejoin FROM reservations r ";

    /// <summary>Every live unit, and what was released or refunded within its sale's claim time and grace.</summary>
    private static readonly string s_full =
        $"""
        {AsOf}{Row}WHERE r.state IN {ReservationStates.Live} UNION ALL {Row}JOIN sales s ON s.no = r.sale_no
        WHERE r.state IN {ReservationStates.Ended}
          AND r.changed_at > UTC_TIMESTAMP(3) - INTERVAL s.claim_seconds + s.grace_seconds + {OverlapSeconds} SECOND
          AND r.changed_at > UTC_TIMESTAMP(3)
            - INTERVAL (SELECT MAX(claim_seconds + grace_seconds) + {OverlapSeconds} FROM sales) SECOND
        """;

    private static readonly string s_changed = Row + $"WHERE r.changed_at > @since - INTERVAL {OverlapSeconds} SECOND ";

    // One statement each, which sees one moment of the ledger: a sum is of the units that the changes lead to.

    /// <summary>What has changed. @since.</summary>
    private static readonly string s_changes = AsOf + s_changed;

    /// <summary>The same, and a row of state <see cref="Sum"/> for each sale's held units.</summary>
    private static readonly string s_sums =
        $"""
        {AsOf}SELECT sale_no, 0, {Sum}, CAST(COALESCE(SUM(CRC32(admission)), 0) AS CHAR CHARACTER SET ascii), 0
        FROM reservations FORCE INDEX (due) WHERE state IN {ReservationStates.InCart} GROUP BY sale_no UNION ALL {s_changed}
        """;

    /// <summary>The units of known sales; null while the ledger takes no writes.</summary>
    /// <param name="revision">Of the sales that the caller has.</param>
    public Task<LedgerSnapshot?> ReadAsync(
        CatalogReading catalog, string? revision, DateTimeOffset? since, HeldUnits held, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var sales = catalog.Sales.Values.ToDictionary(row => row.No, row => row.Sale.Id);
        return ledger.RunAsync<LedgerSnapshot?>(async (connection, stop) =>
        {
            await using var command = new MySqlCommand(
                since is null ? s_full : held is HeldUnits.Sums ? s_sums : s_changes, connection);
            if (since is { } from) command.Parameters.AddWithValue("@since", from.UtcDateTime);
            await using var reader = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
            await reader.ReadAsync(stop).ConfigureAwait(false);
            if (reader.GetInt32(1) == 1) return null;
            var asOf = Time(reader, 0);
            var outage = reader.IsDBNull(2) ? null : new LedgerOutage(Time(reader, 2), Time(reader, 3));
            await reader.NextResultAsync(stop).ConfigureAwait(false);
            var units = new List<LedgerUnit>();
            var sums = new List<HeldSum>();
            while (await reader.ReadAsync(stop).ConfigureAwait(false))
            {
                if (!sales.TryGetValue(reader.GetInt32(0), out var sale)) continue;
                var (state, text) = (reader.GetInt32(2), reader.IsDBNull(3) ? "" : reader.GetString(3));
                if (state == Sum) sums.Add(new HeldSum(sale, long.Parse(text, CultureInfo.InvariantCulture)));
                else units.Add(new LedgerUnit(sale, reader.GetInt32(1), State((ReservationState)state), text,
                    state == (int)ReservationState.Refunded ? reader.GetInt32(4) != 0 : null));
            }
            return new LedgerSnapshot(
                asOf, catalog.SalesRevision,
                revision == catalog.SalesRevision ? null : [.. catalog.Sales.Values.Select(row => row.Sale)], units, outage,
                since is not null && held == HeldUnits.Sums ? sums : null);
        }, cancel);
    }

    private static DateTimeOffset Time(MySqlDataReader row, int at) => new(row.GetDateTime(at), TimeSpan.Zero);

    private static UnitState State(ReservationState state) => state switch
    {
        ReservationState.Held or ReservationState.Securing => UnitState.Held,
        ReservationState.Sold or ReservationState.Refunding => UnitState.Sold,
        ReservationState.Withdrawn => UnitState.Withdrawn,
        _ => UnitState.Released,
    };
}
