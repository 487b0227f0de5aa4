using FlashSale.LoadTest.Chaos;
using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.Chaos;

public sealed class ChaosRecordTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_sums_up_the_runs_that_were_given_it()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("flashsale-chaos-record-").FullName, "chaos.json");
        Assert.Empty(ChaosRecord.Read(file));
        await ChaosRecord.WriteAsync(file, [Run(seed: 7, kills: 3)], Cancel);
        await ChaosRecord.WriteAsync(file, [.. ChaosRecord.Read(file), Run(8, 2, "seed 8: 1: oversold")], Cancel);
        var text = await File.ReadAllTextAsync(file, Cancel);
        Assert.Contains("\"runs\": 2", text, StringComparison.Ordinal);
        Assert.Contains("\"kill Redis\": 5", text, StringComparison.Ordinal);
        Assert.Contains("\"violations\": 1", text, StringComparison.Ordinal);
        Assert.Equal([7, 8], ChaosRecord.Read(file).Select(run => run.Seed));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("no JSON")]
    public async Task A_file_of_something_else_is_refused_before_the_run(string text)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, text, Cancel);
        Assert.Throws<UsageException>(() => ChaosRecord.Read(file));
        File.Delete(file);
    }

    private static RecordedRun Run(int seed, int kills, params string[] violations) => new(
        seed, "abc1234", "a machine", 1, 1.5, kills, new Dictionary<string, int> { ["kill Redis"] = kills }, violations);
}
