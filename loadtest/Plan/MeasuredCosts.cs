using System.Text.Json;

using FlashSale.Contract;
using FlashSale.LoadTest.Bench;

namespace FlashSale.LoadTest.Plan;

/// <summary>The costs that the planner counts with, read from a bench's JSON.</summary>
public static class MeasuredCosts
{
    /// <summary>
    /// The bench's load generator and the edge share the machine, so what the edge alone would do is more: the figure per
    /// core is the measured rate divided by all of the machine's cores, which errs to the safe side.
    /// </summary>
    /// <exception cref="FormatException">The file has no bench results.</exception>
    public static PlanCosts Read(string file, int cores)
    {
        var report = JsonSerializer.Deserialize<BenchReport>(File.ReadAllText(file), Wire.Json)
            ?? throw new FormatException($"{file} is empty");
        double Ours(string name) => report.Results.FirstOrDefault(result => result.Name == name)?.Ours
            ?? throw new FormatException($"{file} has no result named {name}; run ./flashsale bench --json {file}");
        return new PlanCosts
        {
            PollsPerCore = Ours("poll") / cores,
            JoinsPerCore = Ours("join") / cores,
            PagesPerCore = Ours("page") / cores,
            GatedPerCore = Ours("gate") / cores,
            RedeemsPerLedger = Ours("redeem-counter"),
            RedisBytes = Ours("memory-redis"),
            EdgeBytes = Ours("memory-edge"),
        };
    }
}
