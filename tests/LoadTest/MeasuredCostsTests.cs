using System.Text.Json;

using FlashSale.Contract;
using FlashSale.LoadTest.Bench;
using FlashSale.LoadTest.Plan;

using Xunit;

namespace FlashSale.Tests.LoadTest;

public sealed class MeasuredCostsTests : IDisposable
{
    private static readonly string[] s_names = ["poll", "join", "page", "gate", "memory-redis", "memory-edge"];

    private readonly string _file = Path.GetTempFileName();
    private readonly string _purchases = Path.GetTempFileName();

    public MeasuredCostsTests() => WritePurchases(new() { ["database"] = 3, ["checkout"] = 2 });

    public void Dispose()
    {
        File.Delete(_file);
        File.Delete(_purchases);
    }

    [Theory]
    [InlineData("AMD EPYC, 2 cores, 23 GiB, .NET 10.0.12", 2)]
    [InlineData("Some CPU, 64 cores, 256 GiB, .NET 10.0.12, --quick", 64)]
    public void A_rate_is_shared_by_the_cores_of_the_machine_that_measured_it(string machine, int cores)
    {
        Write(machine, s_names);
        var costs = MeasuredCosts.Read(_file, _purchases);
        Assert.Equal(
            (6400d / cores, 6400d / cores, 6400d / cores), (costs.PollsPerCore, costs.JoinsPerCore, costs.GatedPerCore));
        Assert.Equal((6400, 6400, 3, 2), (costs.RedisBytes, costs.EdgeBytes, costs.LedgerMs, costs.CheckoutMs));
    }

    [Theory]
    [InlineData("AMD EPYC, 23 GiB")]
    [InlineData("AMD EPYC, 0 cores, 23 GiB")]
    [InlineData("")]
    public void A_result_that_does_not_say_on_how_many_cores_is_refused(string machine)
    {
        Write(machine, s_names);
        Assert.Contains("cores", Assert.Throws<FormatException>(() => MeasuredCosts.Read(_file, _purchases)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_without_a_figure_that_is_needed_is_refused_by_its_name()
    {
        Write("AMD EPYC, 2 cores", s_names[1..]);
        Assert.Contains("poll", Assert.Throws<FormatException>(() => MeasuredCosts.Read(_file, _purchases)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_does_not_say_what_a_purchase_takes_is_refused()
    {
        Write("AMD EPYC, 2 cores", s_names);
        WritePurchases(new() { ["checkout"] = 2 });
        Assert.Contains(
            "bench purchase", Assert.Throws<FormatException>(() => MeasuredCosts.Read(_file, _purchases)).Message, StringComparison.Ordinal);
    }

    private void WritePurchases(Dictionary<string, double> processorMs)
    {
        var side = new PurchaseSide(100, 1, 1, processorMs);
        File.WriteAllText(_purchases, JsonSerializer.Serialize(
            new PurchaseReport("AMD EPYC, 2 cores", "abc1234", [new PurchaseRow(new PurchaseLoad(0, 64), side, side, side)]), Wire.Json));
    }

    private void Write(string machine, IEnumerable<string> names) => File.WriteAllText(_file, JsonSerializer.Serialize(
        new BenchReport(machine, "abc1234", [.. names.Select(name => BenchResult.AtMost(name, 6400, 6400, ""))]), Wire.Json));
}
