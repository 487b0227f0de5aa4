using FlashSale.LoadTest.Chaos;
using FlashSale.Tests.Checkout;
using FlashSale.Tests.Support;

using MySqlConnector;

namespace FlashSale.Tests.Survive;

/// <summary>A checkout whose way to the ledger can be cut.</summary>
internal sealed class LedgerLink : IAsyncDisposable
{
    private LedgerLink(FaultProxy link, CheckoutHost host, string database) => (Link, Host, Database) = (link, host, database);

    public FaultProxy Link { get; }

    public CheckoutHost Host { get; }

    /// <summary>Past the link.</summary>
    public string Database { get; }

    public static async Task<LedgerLink> StartAsync()
    {
        var database = await TestMariaDb.CreateDatabaseAsync();
        var direct = new MySqlConnectionStringBuilder(database);
        var link = new FaultProxy((int)direct.Port);
        direct.Port = (uint)link.Port;
        return new LedgerLink(link, await CheckoutHost.StartAsync(direct.ConnectionString), database);
    }

    /// <summary>A number that the ledger holds, asked for past the link.</summary>
    public async Task<long> NumberAsync(string sql)
    {
        await using var connection = new MySqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new MySqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        Link.Set(LinkState.Up);
        await Host.DisposeAsync();
        await Link.DisposeAsync();
    }
}
