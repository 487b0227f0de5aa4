using FlashSale.Tests.Support;

using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace FlashSale.Tests.Support;

/// <summary>
/// Begins with what takes longest (<c>./flashsale test --slowest</c> says what does): begun last, it would go on alone when
/// all others have ended. The others follow in the order of their names.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] s_longest =
    [
        nameof(Chaos.ChaosRunTests), nameof(Simulation.Mutations.MutantTests), nameof(Upgrade.UpgradeTests), Storm.Name, nameof(Embedding.ConformanceTests),
        nameof(LoadTest.HostedProgramTests),
        nameof(LoadTest.JourneyTests), nameof(Browser.AccessTests), nameof(Browser.BuyingTests),
        nameof(Browser.WaitingTests), nameof(Survive.LedgerOutageTests), nameof(Operate.AlertTests),
        nameof(Survive.RedisTopologyTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(Place).ThenBy(one => one.TestCollectionDisplayName, StringComparer.Ordinal)];

    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        var place = Array.FindIndex(s_longest, name =>
            collection.TestCollectionDisplayName == name
            || collection.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal));
        return place < 0 ? s_longest.Length : place;
    }
}
