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
    /// A statement that stood still on a stalled disk may redeem a unit that had been given to the next already, who is
    /// then called again: only what is still so at this reading is a violation.
    /// </summary>
    private const int Readings = 4;
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(250);

    /// <summary>Seconds for a rule over a million rows.</summary>
    private const int Patience = 60;

    /// <summary>Admissions asked about in one statement.</summary>
    private const int Chunk = 1000;

    public async Task<AuditReport> AuditAsync(SaleRow sale, bool provider, CancellationToken cancel)
    {
        for (var reading = 1; ; reading++)
        {
            var line = await lines.FindAsync(sale.Sale.Id, cancel).ConfigureAwait(false);
            var before = line is null ? null : await lines.AdmissionsAsync(sale.Sale.Id, cancel).ConfigureAwait(false);
            var (report, rows) = await ReadAsync(sale, line, before ?? [], provider, cancel).ConfigureAwait(false);
            var after = before is null ? null : await lines.AdmissionsAsync(sale.Sale.Id, cancel).ConfigureAwait(false);
            if (after is null) return report;

            var alive = LiveAdmissions.At(report.AsOf, before!, rows, after);
            var violations = alive.Violations.Take(AuditRules.MaxRows).ToList();
            if (alive.Count + report.Held + report.Sold > report.Inventory)
                violations.Add($"invariant 1: {alive.Count} admitted, {report.Held} held and {report.Sold} sold units, "
                    + $"but an inventory of {report.Inventory}");
            report = report with
            {
                Admitted = alive.Count,
                Available = Math.Max(0, report.Inventory - alive.Count - report.Held - report.Sold),
            };
            if (violations.Count == 0) return report;
            if (reading == Readings) return report with { Ok = false, Violations = [.. violations, .. report.Violations] };
            await Task.Delay(s_between, clock, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>The report as far as the ledger has it, and its rows that have to do with what the line has admitted.</summary>
    private async Task<(AuditReport Report, List<AuditedUnit> Rows)> ReadAsync(
        SaleRow sale, LineNumbers? line, IReadOnlyList<LineAdmission> admissions, bool provider, CancellationToken cancel)
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
        var rows = new List<AuditedUnit>();
        foreach (var chunk in admissions.Chunk(Chunk))
        {
            rows.AddRange(await reading.ListAsync<AuditedUnit>(AuditRules.OfAdmissions,
                new { no = sale.No, ids = chunk.Select(one => one.Id), units = chunk.Select(one => one.Unit) }, cancel)
                .ConfigureAwait(false));
        }

        var violations = new List<string>();
        foreach (var rule in AuditRules.Rules)
        {
            violations.AddRange(await reading.ListAsync<string>(
                $"{rule} LIMIT {AuditRules.MaxRows}", with, cancel).ConfigureAwait(false));
        }

        foreach (var rule in more)
            violations.AddRange(await rule.CheckAsync(sale, reading, provider, cancel).ConfigureAwait(false));
        // As the line says it, should it not say who they are.
        var admitted = line?.Admitted ?? 0;
        return (new AuditReport(
            violations.Count == 0, sale.Sale.Id, inventory, Math.Max(0, inventory - admitted - held - sold), admitted, held,
            sold, violations, line, provider && more.Any(), asOf), rows);
    }
}
