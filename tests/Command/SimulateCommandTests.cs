using System.Text.Json;

using FlashSale.Command.Simulate;

using Xunit;

namespace FlashSale.Tests.Command;

/// <summary><c>./flashsale simulate</c>.</summary>
public sealed class SimulateCommandTests
{
    [Fact]
    public async Task A_run_ends_with_a_verdict_and_is_recorded()
    {
        var (told, file) = (new StringWriter(), Path.Combine(Path.GetTempPath(), $"flashsale-simulate-{Guid.NewGuid():n}"));
        try
        {
            var code = await SimulateCommand.RunAsync(
                seed: 17, sales: 6, cores: 2, file, told, TestContext.Current.CancellationToken);

            Assert.Equal(0, code);
            Assert.Matches(
                @"verdict: 6 sales, \d+ events, \d+ faults of \d+ kinds, 0 violations, \d+ sales a second\s*$", told.ToString());
            var record = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).RootElement;
            Assert.Equal(17, record.GetProperty("seed").GetInt32());
            Assert.Equal(6, record.GetProperty("sales").GetInt32());
            Assert.True(record.GetProperty("faults").GetInt32() >= 18);
            Assert.Equal(0, record.GetProperty("violations").GetArrayLength());
            foreach (var name in new[] { "machine", "commit", "events", "byKind", "salesPerSecond" })
                Assert.True(record.TryGetProperty(name, out _), name);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
