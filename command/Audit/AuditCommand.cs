using FlashSale.LoadTest.Clients;
using FlashSale.Local;

using Spectre.Console;

namespace FlashSale.Command.Audit;

/// <summary><c>./flashsale audit SALE</c>: the invariants, computed now from the ledger and the provider's books.</summary>
public static class AuditCommand
{
    public static Verb Create()
    {
        var sale = Options.Word("SALE", "the sale's id");
        var data = Options.Data();
        var verb = new Verb("audit", "The invariants of a sale, computed now; exit 1 on a violation.") { sale, data };
        verb.SetAction((call, cancel) => RunAsync(
            call.GetRequiredValue(sale), new DataFolder(Repository.DataFolder(call.GetValue(data))), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(string sale, DataFolder data, CancellationToken cancel)
    {
        var state = await SystemState.RequireAsync(data, cancel);
        using var operators = new OperatorClient(state.Edges[0].Url, state.AdminKey);
        var audit = await operators.AuditAsync(sale, cancel);
        Write(sale, audit);
        return audit.Ok ? 0 : 1;
    }

    /// <summary>The audit as a table.</summary>
    public static void Write(string sale, AuditAnswer audit)
    {
        ArgumentNullException.ThrowIfNull(audit);
        var table = new Table().Title($"Audit of {sale}").AddColumn("units").AddColumn(new TableColumn("").RightAligned());
        foreach (var (name, count) in new[]
        {
            ("inventory", audit.Inventory), ("available", audit.Available), ("admitted", audit.Admitted),
            ("held", audit.Held), ("sold", audit.Sold), ("violations", audit.Violations.Count),
        })
            table.AddRow(name, $"{count}");
        AnsiConsole.Write(table);
        foreach (var violation in audit.Violations) Console.WriteLine($"violation: {violation}");
        Console.WriteLine(audit.Ok ? "Every invariant holds." : "VIOLATED.");
    }
}
