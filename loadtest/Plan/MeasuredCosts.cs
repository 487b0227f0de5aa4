using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

using FlashSale.Contract;
using FlashSale.LoadTest.Bench;

namespace FlashSale.LoadTest.Plan;

/// <summary>The costs that the planner counts with, read from the benches' JSON.</summary>
public static partial class MeasuredCosts
{
    /// <summary>
    /// The bench's load generator and the edge share the machine, so what the edge alone would do is more: the figure per
    /// core is the measured rate divided by all cores of the machine that the bench ran on, which errs to the safe side.
    /// </summary>
    /// <exception cref="FormatException">The file has no bench results, or does not say on how many cores.</exception>
    /// <param name="file">Of <c>./flashsale bench</c>.</param>
    /// <param name="purchases">Of <c>./flashsale bench purchase</c>.</param>
    public static PlanCosts Read(string file, string purchases)
    {
        var report = Deserialize<BenchReport>(file);
        if (!int.TryParse(Cores().Match(report.Machine ?? "").Groups[1].Value, CultureInfo.InvariantCulture, out var cores)
            || cores < 1)
            throw new FormatException($"{file} does not say how many cores its machine had: \"{report.Machine}\"");
        double Ours(string name) => report.Results.FirstOrDefault(result => result.Name == name)?.Ours
            ?? throw new FormatException($"{file} has no result named {name}; run ./flashsale bench --json {file}");
        var purchase = Quickest(purchases);
        return new PlanCosts
        {
            PollsPerCore = Ours("poll") / cores,
            JoinsPerCore = Ours("join") / cores,
            PagesPerCore = Ours("page") / cores,
            GatedPerCore = Ours("gate") / cores,
            LedgerMs = purchase["database"],
            CheckoutMs = purchase["checkout"],
            RedisBytes = Ours("memory-redis"),
            EdgeBytes = Ours("memory-edge"),
        };
    }

    /// <summary>What a purchase takes of each program while the provider answers at once.</summary>
    private static IReadOnlyDictionary<string, double> Quickest(string file)
    {
        var row = Deserialize<PurchaseReport>(file).Rows.Where(row => row.Load.ProviderMs == 0).MinBy(row => row.Load.AtOnce);
        return row?.Ours.ProcessorMs is { } each && each.ContainsKey("database") && each.ContainsKey("checkout") ? each
            : throw new FormatException(
                $"{file} does not say what a purchase takes of database and checkout; run ./flashsale bench purchase");
    }

    private static T Deserialize<T>(string file) where T : class =>
        JsonSerializer.Deserialize<T>(File.ReadAllText(file), Wire.Json) ?? throw new FormatException($"{file} is empty");

    /// <summary>In "AMD EPYC, 2 cores, 23 GiB, …".</summary>
    [GeneratedRegex(@", (\d+) cores\b")]
    private static partial Regex Cores();
}
