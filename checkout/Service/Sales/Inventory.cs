using System.Globalization;
using System.Text;

using FlashSale.Checkout.Ledger;

using MySqlConnector;

namespace FlashSale.Checkout.Sales;

/// <summary>
/// Changes a sale's inventory under its locked row. A unit that is taken out gets a withdrawn row that occupies its
/// number, so that the schema itself refuses a reservation of it, whatever admission is still on its way; a unit that
/// comes back frees it again. Always: withdrawn rows = max_unit - inventory.
/// </summary>
internal static class Inventory
{
    /// <summary>Rows in a statement.</summary>
    private const int Chunk = 2000;

    /// <summary>Seconds for a statement over a million units.</summary>
    private const int Patience = 60;

    /// <summary>Redemptions may take the units that were about to be withdrawn; then others are looked for.</summary>
    private const int MaxRounds = 10;

    /// <summary>The new max_unit, or null when fewer units are free than must be withdrawn.</summary>
    public static async Task<int?> ChangeAsync(
        MySqlTransaction change, SaleRow row, int inventory, Func<Guid> newId, CancellationToken cancel)
    {
        var (sale, more) = (row.Sale, inventory - row.Sale.Inventory);
        if (more == 0) return sale.MaxUnit;
        if (more < 0) return await WithdrawAsync(change, row, -more, newId, cancel).ConfigureAwait(false) ? sale.MaxUnit : null;

        // Units that were withdrawn come back first, in order; what is still missing is new.
        var back = Math.Min(more, sale.MaxUnit - sale.Inventory);
        if (back > 0) await RestoreAsync(change, row, back, cancel).ConfigureAwait(false);
        return sale.MaxUnit + (more - back);
    }

    /// <summary>
    /// Found without a lock, since nobody else may touch the withdrawn units of a locked sale, and then by the primary key:
    /// a walk along an index would lock the entries of carts, and before their rows, which everyone else does the other way
    /// round.
    /// </summary>
    private static async Task RestoreAsync(MySqlTransaction change, SaleRow row, int count, CancellationToken cancel)
    {
        var withdrawn = await change.ListAsync<Guid>(
            $"""
            SELECT id FROM reservations WHERE sale_no = @no AND state = {ReservationState.Withdrawn:D}
            ORDER BY unit LIMIT @count
            """, new { no = row.No, count }, cancel, Patience).ConfigureAwait(false);
        var restored = 0;
        foreach (var ids in withdrawn.Chunk(Chunk))
        {
            restored += await change.RunAsync(
                $"""
                UPDATE reservations FORCE INDEX (PRIMARY) SET state = {ReservationState.Released:D}, live_unit = NULL,
                  changed_at = UTC_TIMESTAMP(3)
                WHERE state = {ReservationState.Withdrawn:D} AND id IN @ids
                """, new { ids }, cancel, Patience).ConfigureAwait(false);
        }
        if (restored != count) throw new InvalidOperationException($"{restored} of {count} withdrawn units in {row.Sale.Id}");
    }

    private static async Task<bool> WithdrawAsync(
        MySqlTransaction change, SaleRow row, int count, Func<Guid> newId, CancellationToken cancel)
    {
        for (var round = 0; count > 0 && round < MaxRounds; round++)
        {
            var live = await change.ListAsync<int>(
                "SELECT live_unit FROM reservations WHERE sale_no = @no AND live_unit IS NOT NULL",
                new { no = row.No }, cancel, Patience).ConfigureAwait(false);
            var taken = live.ToHashSet();
            // The highest free numbers, inserted in rising order: the order in which redemptions take their locks.
            var free = Enumerable.Range(1, row.Sale.MaxUnit).Reverse().Where(unit => !taken.Contains(unit)).Take(count).ToList();
            if (free.Count < count) return false;
            free.Reverse();
            foreach (var chunk in free.Chunk(Chunk))
                count -= await InsertAsync(change, row.No, chunk, newId, cancel).ConfigureAwait(false);
        }
        return count == 0;
    }

    private static async Task<int> InsertAsync(
        MySqlTransaction change, int no, int[] units, Func<Guid> newId, CancellationToken cancel)
    {
        var text = new StringBuilder(
            """
            INSERT IGNORE INTO reservations (id, sale_no, unit, state, live_unit, created_at, pay_by, release_at, changed_at)
            VALUES 
            """);
        foreach (var unit in units)
        {
            text.Append(text[^1] == ')' ? "," : "").Append(CultureInfo.InvariantCulture,
                $"(X'{newId():N}',{no},{unit},{ReservationState.Withdrawn:D},{unit},")
                .Append("UTC_TIMESTAMP(3),UTC_TIMESTAMP(3),UTC_TIMESTAMP(3),UTC_TIMESTAMP(3))");
        }
        await using var command = new MySqlCommand(text.ToString(), change.Connection, change);
        return await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }
}
