using System.Globalization;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Reservations;
using FlashSale.Checkout.Sales;

using MySqlConnector;

namespace FlashSale.Checkout.Audit;

/// <summary>Pages through a sale's reservations in the order of their creation.</summary>
public sealed class ReservationPages(LedgerDatabase ledger)
{
    public const int MaxRows = 1000;

    /// <summary>What an operator types, in characters.</summary>
    public const int MaxFind = 100;

    private const string Found = " AND (order_number = @order OR unit = @unit OR id = @id)";

    private static readonly ReservationState[] s_all =
    [
        ReservationState.Held, ReservationState.Securing, ReservationState.Sold, ReservationState.Released,
        ReservationState.Refunding, ReservationState.Refunded,
    ];

    /// <summary>The stored states behind a public one; all without one.</summary>
    internal static bool TryParseState(string? text, out ReservationState[] states)
    {
        states = text switch
        {
            null or "" => s_all,
            "held" => [ReservationState.Held, ReservationState.Securing],
            "sold" => [ReservationState.Sold],
            "released" => [ReservationState.Released],
            "refunding" => [ReservationState.Refunding],
            "refunded" => [ReservationState.Refunded],
            _ => [],
        };
        return states.Length > 0;
    }

    internal static bool TryParseCursor(string? text, out Guid after)
    {
        after = Guid.Empty;
        return string.IsNullOrEmpty(text) || Guid.TryParseExact(text, "N", out after);
    }

    /// <param name="find">An order's number, a unit, or a reservation's id: only those; null: all. It reads the sale's rows.</param>
    internal Task<ReservationPage> ReadAsync(
        SaleRow sale, ReservationState[] states, Guid after, int limit, CancellationToken cancel, string? find = null) =>
        ledger.RunAsync(async (connection, stop) =>
        {
            // A range of the index (sale_no, state) for each state, each in the order of ids: no page reads the whole sale.
            var ids = string.Join(" UNION ALL ", states.Select(state =>
                $"""
                (SELECT id FROM reservations
                 WHERE sale_no = @no AND state = {state:D} AND shopper IS NOT NULL AND id > @after{(find is null ? "" : Found)}
                 ORDER BY id LIMIT {limit + 1})
                """));
            await using var command = new MySqlCommand(
                $"""
                SELECT {ReservationRow.Columns} FROM (SELECT id FROM ({ids}) found ORDER BY id LIMIT {limit + 1}) page
                JOIN reservations r ON r.id = page.id JOIN sales s ON s.no = r.sale_no ORDER BY r.id
                """, connection);
            command.Parameters.AddWithValue("@no", sale.No);
            command.Parameters.AddWithValue("@after", after);
            if (find is not null)
            {
                command.Parameters.AddWithValue("@order", find.ToUpperInvariant());
                command.Parameters.AddWithValue("@unit", int.TryParse(find, NumberStyles.None, CultureInfo.InvariantCulture, out var unit) ? unit : 0);
                command.Parameters.AddWithValue("@id", ReservationId.TryParse(find, out var id) && id.Sale == sale.Sale.Id ? id.Value : Guid.Empty);
            }

            await using var reader = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
            var rows = new List<Reservation>();
            while (await reader.ReadAsync(stop).ConfigureAwait(false)) rows.Add(ReservationRow.Read(reader));
            var more = rows.Count > limit;
            if (more) rows.RemoveAt(limit);
            return new ReservationPage([.. rows.Select(ReservationLine.Of)], more ? rows[^1].Id.ToString("N") : null);
        }, cancel);
}
