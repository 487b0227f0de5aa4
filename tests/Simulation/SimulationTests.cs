using System.Globalization;

using FlashSale.Simulator;

using Xunit;

namespace FlashSale.Tests.Simulation;

/// <summary>The product keeps its promises in sales that are drawn from a seed.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Sales = 400;

    /// <summary>
    /// The same sales in every run, so that who breaks one of them is who hears of it; others with
    /// <c>FLASHSALE_SIMULATION_SEED=…</c>, and very many with <c>./flashsale simulate</c>.
    /// </summary>
    private readonly int _seed = Environment.GetEnvironmentVariable("FLASHSALE_SIMULATION_SEED") is { } text
        ? int.Parse(text, CultureInfo.InvariantCulture) : 17;

    [Fact]
    public async Task Hundreds_of_sales_with_faults_of_all_kinds_violate_nothing()
    {
        output.WriteLine($"seed {_seed}: ./flashsale simulate --seed {_seed} --sales {Sales}");
        var simulation = new Simulator.Simulation((ulong)_seed);
        await simulation.RunAsync(0, Sales, cores: 2, TestContext.Current.CancellationToken);

        var tally = simulation.Tally;
        Assert.Equal(Sales, tally.Sales);
        Assert.All(tally.Faults, kind => Assert.True(kind.Value > 0, $"no {kind.Key}"));
        Assert.True(tally.FailedCount == 0, string.Join('\n', tally.Failed.Select(failed => $"--seed {_seed} --sale {failed.Sale}: {failed.Violations[0]}")));
    }

    [Fact]
    public void The_seeds_of_a_seeds_sales_are_its_own()
    {
        var seeds = Enumerable.Range(0, 3).SelectMany(seed => Enumerable.Range(0, 1000).Select(sale => SaleSeeds.Of((ulong)seed, sale)));
        Assert.Equal(3000, seeds.Distinct().Count());
    }
}
