using FlashSale.Command.Chaos;

using Xunit;

namespace FlashSale.Tests.Chaos;

/// <summary>What <c>./flashsale chaos</c> does, with a fixed list of seeds: a sale each, about a minute each.</summary>
public sealed class ChaosRunTests
{
    private static readonly int[] s_seeds = [11, 22];

    [Fact]
    public async Task Invariants_hold_under_faults()
    {
        var verdict = await ChaosRun.RunAsync(
            s_seeds, TimeSpan.FromSeconds(30), text => TestContext.Current.SendDiagnosticMessage("{0}", text),
            TestContext.Current.CancellationToken);
        Assert.True(verdict.Violations.Count == 0, string.Join('\n', verdict.Violations));
        Assert.InRange(verdict.Faults, 10, 1_000);
    }
}
