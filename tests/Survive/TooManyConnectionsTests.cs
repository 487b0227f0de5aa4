using System.Globalization;

using FlashSale.Local.Processes;
using FlashSale.Local.Servers;
using FlashSale.Tests.Checkout;
using FlashSale.Tests.Support;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Survive;

public sealed class TooManyConnectionsTests
{
    private const int Most = 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_has_no_connection_left_is_an_answer_and_ends_with_its_cause()
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-1040-");
        await using (var server = new PrivateMariaDb(new MariaDbSettings
        {
            Folder = Path.Combine(folder.FullName, "data"),
            LogFile = Path.Combine(folder.FullName, "mysql.log"),
            Port = FreePort.Next(),
            Password = Guid.NewGuid().ToString("N"),
            Arguments = [$"--max-connections={Most}"],
        }))
        {
            await server.StartAsync(Cancel);
            await using var host = await CheckoutHost.StartAsync(server.ConnectionString);
            var sale = await host.SaleAsync(4);
            await host.HeldAsync(sale, 1);

            var taken = new List<MySqlConnection>();
            await WaitFor.TrueAsync(() => TakeAllAsync(server, taken), "no connection is left");
            var refused = await host.ReserveAsync(sale, host.Tokens.Sign(sale, 2));
            Assert.Equal((503, "unavailable"), (refused.Status, refused.Text("code")));

            foreach (var connection in taken) await connection.DisposeAsync();
            await WaitFor.TrueAsync(
                async () => (await host.ReserveAsync(sale, host.Tokens.Sign(sale, 3))).Status is 201, "a unit again");
            Assert.True(await Audits.IsOkAsync(host, sale));
        }

        folder.Delete(recursive: true);
    }

    /// <summary>Opens connections until the server refuses one (1040), and ends those of others; true when all are ours.</summary>
    private static async Task<bool> TakeAllAsync(PrivateMariaDb server, List<MySqlConnection> taken)
    {
        try
        {
            while (taken.Count <= Most)
            {
                var connection = new MySqlConnection(server.ConnectionString + ";Pooling=false");
                await connection.OpenAsync(Cancel);
                taken.Add(connection);
            }
        }
        catch (MySqlException error) when (error.Number == 1040)
        {
            // Full.
        }

        var ours = string.Join(',', taken.Select(one => one.ServerThread.ToString(CultureInfo.InvariantCulture)));
        var others = new List<long>();
        await using (var command = new MySqlCommand(
            $"SELECT id FROM information_schema.processlist WHERE id NOT IN ({ours})", taken[0]))
        await using (var reader = await command.ExecuteReaderAsync(Cancel))
            while (await reader.ReadAsync(Cancel)) others.Add(reader.GetInt64(0));
        foreach (var other in others)
        {
            await using var kill = new MySqlCommand($"KILL {other}", taken[0]);
            try
            {
                await kill.ExecuteNonQueryAsync(Cancel);
            }
            catch (MySqlException error) when (error.ErrorCode == MySqlErrorCode.NoSuchThread)
            {
                // It has gone by itself.
            }
        }

        return others.Count == 0;
    }
}
