using FlashSale.Tests.Support;

using Xunit;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace FlashSale.Tests.Support;

/// <summary>The shared Redis.</summary>
public static class TestRedis
{
    private static int s_databases;

    /// <summary>Of the first database, for keys that carry a unique sale id.</summary>
    public static string ConnectionString => TestServers.Redis;

    /// <summary>
    /// The connection string of a database that nobody else uses: for whole waiting rooms, whose lease and board are one
    /// per database.
    /// </summary>
    public static string CreateDatabase() =>
        $"{ConnectionString},defaultDatabase={Interlocked.Increment(ref s_databases)}";
}
