using FlashSale.Command.Chaos;

using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Chaos;

/// <summary>What <c>./flashsale chaos</c> does, with a fixed list of seeds: a sale each, some minutes in all.</summary>
[Collection(Alone.Name)]
public sealed class ChaosRunTests
{
    private static readonly int[] s_seeds = [11, 22, 33, 44];

    [Fact]
    public async Task Invariants_hold_under_faults()
    {
        var verdict = await ChaosRun.RunAsync(
            s_seeds, TimeSpan.FromSeconds(20), text => TestContext.Current.SendDiagnosticMessage("{0}", text),
            TestContext.Current.CancellationToken);
        Assert.True(verdict.Violations.Count == 0, string.Join('\n', verdict.Violations));
        Assert.InRange(verdict.Faults, 5 * s_seeds.Length, 1_000);
    }
}
