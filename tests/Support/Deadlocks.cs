using MySqlConnector;

namespace FlashSale.Tests.Support;

/// <summary>
/// What the shared server has written of deadlocks in one database: its counter counts everybody's, and would need a test that
/// runs alone.
/// </summary>
internal static class Deadlocks
{
    /// <summary>Locks of the database's tables that were part of a deadlock; none without one.</summary>
    public static IReadOnlyList<string> In(string connectionString)
    {
        var table = $" of table `{new MySqlConnectionStringBuilder(connectionString).Database}`.";
        using var log = new StreamReader(new FileStream(
            TestServers.MySqlLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var locks = new List<string>();
        while (log.ReadLine() is { } line)
            if (line.Contains(table, StringComparison.Ordinal)) locks.Add(line);
        return locks;
    }
}
