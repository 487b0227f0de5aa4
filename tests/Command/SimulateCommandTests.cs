using System.Text.Json;

using FlashSale.Command.Simulate;
using FlashSale.Local;
using FlashSale.Simulator;

using Xunit;

namespace FlashSale.Tests.Command;

/// <summary><c>./flashsale simulate</c>.</summary>
public sealed class SimulateCommandTests
{
    [Fact]
    public async Task A_run_ends_with_a_verdict_and_is_added_to_the_record()
    {
        var (told, file) = (new StringWriter(), Path.Combine(Path.GetTempPath(), $"flashsale-simulate-{Guid.NewGuid():n}"));
        try
        {
            Assert.Equal(0, await RunAsync(seed: 17, sales: 6, file, told));
            Assert.Matches(
                @"verdict: 6 sales, \d+ events, \d+ faults of \d+ kinds, 0 violations, \d+ sales a second\s*$", told.ToString());
            Assert.Equal(0, await RunAsync(seed: 18, sales: 4, file, told));

            var record = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).RootElement;
            var (total, runs) = (record.GetProperty("total"), record.GetProperty("runs").EnumerateArray().ToList());
            Assert.Equal([17, 18], runs.Select(run => run.GetProperty("seed").GetInt32()));
            Assert.Equal([6, 4], runs.Select(run => run.GetProperty("sales").GetInt32()));
            Assert.All(runs, run => Assert.Equal(0, run.GetProperty("violations").GetArrayLength()));
            Assert.Equal((10, 0), (total.GetProperty("sales").GetInt32(), total.GetProperty("failedSales").GetInt32()));
            Assert.True(total.GetProperty("faults").GetInt32() >= 3 * 10);
            Assert.Equal(
                total.GetProperty("faults").GetInt32(), total.GetProperty("byKind").EnumerateObject().Sum(kind => kind.Value.GetInt32()));

            await Assert.ThrowsAsync<UsageException>(() => SimulateCommand.RunAsync(
                seed: 20, sales: 1, cores: 1, file, told, TestContext.Current.CancellationToken, FaultKind.RoomDies));

            // The same sales must not count twice, and a file of something else is not written over.
            await Assert.ThrowsAsync<UsageException>(() => RunAsync(seed: 18, sales: 1, file, told));
            await File.WriteAllTextAsync(file, "[]", TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<UsageException>(() => RunAsync(seed: 19, sales: 1, file, told));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Task<int> RunAsync(int seed, int sales, string file, StringWriter told) =>
        SimulateCommand.RunAsync(seed, sales, cores: 2, file, told, TestContext.Current.CancellationToken);
}
