using FlashSale.LoadTest.Chaos;

using Xunit;

namespace FlashSale.Tests.Chaos;

/// <summary>
/// What <c>./flashsale chaos --ledger galera --line cluster</c> does: nodes that go, slots that move, primaries that change.
/// </summary>
[Collection(ChaosRunTests.OneAfterTheOther)]
public sealed class ChaosClusterTests
{
    [Fact]
    public Task Invariants_hold_on_a_Galera_cluster_and_a_Redis_Cluster() =>
        ChaosRunTests.HoldAsync(new ChaosLayout { Ledger = LedgerKind.Galera, Line = LineKind.Cluster });
}
