using System.Collections.Concurrent;
using System.Globalization;

using CsCheck;

using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Payments;

/// <summary>
/// Many seeded schedules of faults × what shoppers do × clocks × crashes, against real MariaDB and the simulator, judged
/// by the simulator's ledger. A failure prints the seed: <c>CsCheck_Seed=…</c> plays it again. Longer:
/// <c>FLASHSALE_SCHEDULES=100000</c>.
/// </summary>
[Collection(Storm.Name)]
public sealed class ScheduleTests(ITestOutputHelper output)
{
    private const int Schedules = 2_000;

    /// <summary>Schedules at the same time, each on a stage of its own: they mostly wait.</summary>
    private const int Stages = 4;

    [Fact]
    public async Task Invariants_1_2_5_and_6_hold_in_every_schedule_of_faults_actions_and_crashes()
    {
        var count = long.Parse(
            Environment.GetEnvironmentVariable("FLASHSALE_SCHEDULES") ?? $"{Schedules}", CultureInfo.InvariantCulture);
        var stages = new ConcurrentBag<Stage>();
        for (var n = 0; n < Stages; n++) stages.Add(await Stage.SetAsync());
        try
        {
            await Schedule.Any.SampleAsync(
                async schedule =>
                {
                    if (!stages.TryTake(out var stage)) throw new InvalidOperationException("more schedules than stages");
                    try
                    {
                        var violation = await stage.PlayAsync(schedule);
                        if (violation is not null) output.WriteLine($"{violation}: {schedule}");
                        return violation is null;
                    }
                    finally
                    {
                        stages.Add(stage);
                    }
                },
                writeLine: output.WriteLine, iter: count, threads: Stages);
        }
        finally
        {
            foreach (var stage in stages)
            {
                output.WriteLine($"{stage.Deadlocks.Count} locks of a stage were part of a deadlock");
                await stage.DisposeAsync();
            }
        }
    }
}
