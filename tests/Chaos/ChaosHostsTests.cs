using FlashSale.LoadTest.Chaos;

using Xunit;

namespace FlashSale.Tests.Chaos;

/// <summary>What <c>./flashsale chaos --hosts</c> does: one-way partitions, loss, slow links, wrong clocks.</summary>
[Collection(ChaosRunTests.OneAfterTheOther)]
public sealed class ChaosHostsTests
{
    [Fact]
    public Task Invariants_hold_on_many_hosts_whose_network_and_clocks_go_wrong() =>
        ChaosRunTests.HoldAsync(new ChaosLayout { Hosts = true });
}
