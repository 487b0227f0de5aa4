using FlashSale.LoadTest.Chaos;

using Xunit;

namespace FlashSale.Tests.Chaos;

/// <summary>
/// What <c>./flashsale chaos</c> does, for one sale that sees every kind of fault: it is here to show that the faults, the crowd
/// and the checker work on real servers. How seldom something goes wrong is shown by hours of the command.
/// </summary>
[Collection(ChaosRunTests.OneAfterTheOther)]
public sealed class ChaosRunTests
{
    /// <summary>Each is a whole system, a crowd and its servers: two would keep everything else waiting.</summary>
    public const string OneAfterTheOther = "chaos";

    private const int Seed = 11;

    [Fact]
    public Task Invariants_hold_under_every_kind_of_fault() => HoldAsync(new ChaosLayout());

    internal static async Task HoldAsync(ChaosLayout layout)
    {
        var verdict = await ChaosRun.RunAsync(
            [Seed], ChaosPlan.EachFaultOnce, TestContext.Current.TestOutputHelper!.WriteLine,
            TestContext.Current.CancellationToken, layout: layout);
        Assert.True(verdict.Violations.Count == 0, string.Join('\n', verdict.Violations));
        Assert.Equal(verdict.Kinds, verdict.ByKind.Keys);
        Assert.All(verdict.ByKind.Values, count => Assert.Equal(1, count));
    }
}
