using FlashSale.LoadTest.Reports;

using Spectre.Console;

namespace FlashSale.Command.Load;

/// <summary><c>./flashsale load compare A B</c>: two runs, by their report folders.</summary>
internal static class CompareCommand
{
    public static Verb Create()
    {
        var before = Options.Word("A", "a folder of --report");
        var after = Options.Word("B", "another");
        var verb = new Verb("compare", "Two runs side by side, by their reports.") { before, after };
        verb.SetAction((call, cancel) => RunAsync([call.GetRequiredValue(before), call.GetRequiredValue(after)], cancel));
        return verb;
    }

    private static async Task<int> RunAsync(string[] folders, CancellationToken cancel)
    {
        var (before, after) = (
            await ReportFolder.ReadAsync(folders[0], cancel), await ReportFolder.ReadAsync(folders[1], cancel));
        var table = new Table().AddColumn("");
        foreach (var column in new[] { folders[0], folders[1], "change" })
            table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
        foreach (var row in Comparison.Of(before, after))
            table.AddRow(Markup.Escape(row.What), $"{row.Before:#,0.##}", $"{row.After:#,0.##}", $"{row.Change:+0 %;-0 %;0 %}");
        AnsiConsole.Write(table);
        foreach (var difference in Comparison.Differences(before, after)) Console.WriteLine($"Note: {difference}");
        return 0;
    }
}
