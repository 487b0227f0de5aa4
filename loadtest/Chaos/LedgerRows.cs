using Dapper;

using MySqlConnector;

namespace FlashSale.LoadTest.Chaos;

/// <summary>The ledger's table, read past every service and every link.</summary>
public sealed class LedgerRows(string mySql, string sale)
{
    /// <summary>Reservations and payments that are not final yet, and units sold.</summary>
    public async Task<(int Open, int Sold)> CountAsync(CancellationToken cancel)
    {
        await using var connection = new MySqlConnection(mySql);
        return await connection.QuerySingleAsync<(int, int)>(new CommandDefinition("""
            SELECT CAST(COALESCE(SUM(r.state IN (1, 2, 6)), 0) + (
                SELECT COUNT(*) FROM payment_attempts a JOIN sales o ON o.no = a.sale_no
                WHERE o.id = @sale AND a.due_at IS NOT NULL) AS SIGNED),
              CAST(COALESCE(SUM(r.state = 3), 0) AS SIGNED)
            FROM reservations r JOIN sales s ON s.no = r.sale_no WHERE s.id = @sale
            """, new { sale }, cancellationToken: cancel));
    }

    /// <summary>Every reservation of the sale.</summary>
    public async Task<IReadOnlyList<LedgerRow>> ReadAsync(CancellationToken cancel)
    {
        await using var connection = new MySqlConnection(mySql);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition("""
            SELECT CONCAT(s.id, '_', LOWER(HEX(r.id))) AS Id, r.unit AS Unit, CONVERT(r.shopper USING ascii) AS Shopper,
              r.admission AS Admission, r.state AS State, r.created_at AS Created, r.changed_at AS Changed,
              r.reason AS Reason
            FROM reservations r JOIN sales s ON s.no = r.sale_no WHERE s.id = @sale
            """, new { sale }, cancellationToken: cancel));
        return [.. rows.Select(row => new LedgerRow(
            row.Id, row.Unit, row.Shopper ?? "", row.Admission ?? "", Name(row.State), Utc(row.Created),
            row.State is 4 or 7 ? Utc(row.Changed) : null, Expired: row.Reason == 1))];
    }

    private static string Name(int state) =>
        state switch { 1 => "held", 2 => "securing", 3 => "sold", 4 => "released", 6 => "refunding", 7 => "refunded", _ => "withdrawn" };

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    // Columns as they are: what an expression of them is, MySQL and MariaDB see differently.
    private sealed record Row(
        string Id, int Unit, string? Shopper, string? Admission, sbyte State, DateTime Created, DateTime Changed,
        sbyte? Reason);
}
