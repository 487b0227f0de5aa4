using System.Diagnostics;

using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.LoadTest;

public sealed class K6Tests
{
    [Fact]
    public async Task The_journey_for_k6_and_its_script_hold_against_the_edge()
    {
        var system = await TestSystem.SharedAsync();
        var start = new ProcessStartInfo("node", ["--test", Path.Combine(Repository.Root, "tests/LoadTest/k6.test.mjs")]);
        start.Environment["EDGE_URL"] = $"{system.Edge.BaseAddress}".TrimEnd('/');
        start.Environment["FLASHSALE_ADMIN_KEY"] = system.Secrets.AdminKey;
        var node = await Tool.RunAsync(start, cancel: TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, node.Output);
    }
}
