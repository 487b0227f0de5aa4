using FlashSale.Tests.Support;

using MySqlConnector;

using Xunit;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace FlashSale.Tests.Support;

/// <summary>The shared MariaDB or MySQL.</summary>
public static class TestMariaDb
{
    /// <summary>Of the main database, which nobody migrates.</summary>
    public static string ConnectionString => TestServers.MySql;

    /// <summary>A new empty database; its connection string.</summary>
    public static async Task<string> CreateDatabaseAsync()
    {
        var name = Unique.Name("flashsale").Replace('-', '_');
        await using var connection = new MySqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new MySqlCommand($"CREATE DATABASE `{name}` CHARACTER SET utf8mb4", connection);
        await command.ExecuteNonQueryAsync();
        return new MySqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString;
    }
}
