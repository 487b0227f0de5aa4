using FlashSale.Tests.Support;

using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace FlashSale.Tests.Support;

/// <summary>
/// Begins with the classes that take longest (<c>./flashsale test --slowest</c> says which): begun last, one of them would go
/// on alone when all others have ended. The others follow in the order of their names.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] s_longest =
    [
        nameof(Chaos.ChaosRunTests), nameof(Embedding.ConformanceTests), nameof(LoadTest.JourneyTests),
        nameof(Browser.AccessTests), nameof(Payments.ScheduleTests), nameof(Browser.BuyingTests),
        nameof(Browser.WaitingTests), nameof(Survive.LedgerOutageTests), nameof(Operate.AlertTests),
        nameof(Survive.RedisTopologyTests), nameof(Payments.RaceTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(Place).ThenBy(one => one.TestCollectionDisplayName, StringComparer.Ordinal)];

    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        var place = Array.FindIndex(s_longest, name =>
            collection.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal));
        return place < 0 ? s_longest.Length : place;
    }
}
