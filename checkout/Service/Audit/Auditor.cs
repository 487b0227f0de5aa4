using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.WaitingRooms;
using FlashSale.Contract;

using MySqlConnector;

namespace FlashSale.Checkout.Audit;

/// <summary>Audits a sale in one consistent reading of the ledger.</summary>
public sealed class Auditor(LedgerDatabase ledger, LineClient lines, IEnumerable<IAuditRule> more, TimeProvider clock)
{
    /// <summary>
    /// The line's numbers and the ledger's are read one after the other, while units move between them: only what is
    /// too much this many times in a row is a violation.
    /// </summary>
    private const int Readings = 4;
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(250);

    /// <summary>Seconds for a rule over a million rows.</summary>
    private const int Patience = 60;

    public async Task<AuditReport> AuditAsync(SaleRow sale, bool provider, CancellationToken cancel)
    {
        for (var reading = 1; ; reading++)
        {
            var line = await lines.FindAsync(sale.Sale.Id, cancel).ConfigureAwait(false);
            var report = await ReadAsync(sale, line, provider, cancel).ConfigureAwait(false);
            if (report.Admitted + report.Held + report.Sold <= report.Inventory) return report;
            if (reading == Readings)
            {
                var violation = $"invariant 1: {report.Admitted} admitted, {report.Held} held and {report.Sold} sold units, "
                    + $"but an inventory of {report.Inventory}";
                return report with { Ok = false, Violations = [violation, .. report.Violations] };
            }
            await Task.Delay(s_between, clock, cancel).ConfigureAwait(false);
        }
    }

    private async Task<AuditReport> ReadAsync(
        SaleRow sale, LineNumbers? line, bool provider, CancellationToken cancel)
    {
        // The only transaction that sees one moment throughout; a connection of its own, so that no setting is left behind.
        var own = new MySqlConnectionStringBuilder(ledger.ConnectionString) { Pooling = false, DefaultCommandTimeout = Patience };
        await using var alone = new MySqlConnection(own.ConnectionString);
        await alone.OpenAsync(cancel).ConfigureAwait(false);
        await using (var zone = new MySqlCommand("SET time_zone = '+00:00'", alone))
            await zone.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        await using var reading = await alone.BeginTransactionAsync(
            System.Data.IsolationLevel.Snapshot, isReadOnly: true, cancel).ConfigureAwait(false);

        var with = new { no = sale.No };
        var (inventory, asOf, held, sold) = await reading.FindAsync<(int Inventory, DateTime AsOf, int Held, int Sold)>(
            AuditRules.Numbers, with, cancel).ConfigureAwait(false);
        var violations = new List<string>();
        foreach (var rule in AuditRules.Rules)
        {
            violations.AddRange(await reading.ListAsync<string>(
                $"{rule} LIMIT {AuditRules.MaxRows}", with, cancel).ConfigureAwait(false));
        }

        foreach (var rule in more)
            violations.AddRange(await rule.CheckAsync(sale, reading, provider, cancel).ConfigureAwait(false));
        var admitted = line?.Admitted ?? 0;
        return new AuditReport(
            violations.Count == 0, sale.Sale.Id, inventory, Math.Max(0, inventory - admitted - held - sold), admitted, held,
            sold, violations, line, provider && more.Any(), asOf);
    }
}
