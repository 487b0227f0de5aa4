using FlashSale.LoadTest.Chaos;
using FlashSale.Local.Processes;
using FlashSale.Local.Servers;
using FlashSale.Tests.Checkout;
using FlashSale.Tests.Support;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Survive;

public sealed class ReplicaPromotionTests
{
    private const int ShoppersAtOnce = 8;
    private const string ReplicaPassword = "0123456789abcdef";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invariant7_What_was_acknowledged_survives_the_loss_of_the_primary_and_its_replicas_promotion()
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-replica-");
        var (primaryPort, replicaPort) = (FreePort.Next(), FreePort.Next());
        var words = ReplicationWords.OfTheLedger;
        await using var primary = new PrivateMariaDb(Settings(folder, "primary", primaryPort) with
        {
            InitSql = $"""
                CREATE USER IF NOT EXISTS 'copy'@'127.0.0.1' IDENTIFIED BY '{ReplicaPassword}';
                GRANT REPLICATION SLAVE ON *.* TO 'copy'@'127.0.0.1';
                {words.Enable}
                """,
            Arguments = words.Primary,
        });
        await using var replica = new PrivateMariaDb(Settings(folder, "replica", replicaPort) with
        {
            InitSql = words.Follow(primaryPort, "copy", ReplicaPassword),
            Arguments = ["--server-id=2", "--skip-log-bin", .. words.Replica],
        });
        await Task.WhenAll(primary.StartAsync(Cancel), replica.StartAsync(Cancel));

        await using var link = new FaultProxy(primaryPort);
        var through = new MySqlConnectionStringBuilder(primary.ConnectionString) { Port = (uint)link.Port };
        await using (var host = await CheckoutHost.StartAsync(through.ConnectionString))
        {
            var sale = await host.SaleAsync(10_000);
            await ReserveUntilPromotedAsync(host, sale, primary, replica, link, words);
        }

        await replica.DisposeAsync();
        await primary.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static async Task ReserveUntilPromotedAsync(
        CheckoutHost host, string sale, PrivateMariaDb primary, PrivateMariaDb replica, FaultProxy link, ReplicationWords words)
    {
        var (unit, isOver) = (0, false);
        var acknowledged = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();
        var shoppers = Enumerable.Range(0, ShoppersAtOnce).Select(async _ =>
        {
            while (!Volatile.Read(ref isOver))
            {
                var token = host.Tokens.Sign(sale, Interlocked.Increment(ref unit));
                var answer = await host.ReserveAsync(sale, token);
                if (answer.Status == 201) acknowledged[answer.Text("id")] = token;
            }
        }).ToList();
        await WaitFor.TrueAsync(() => Task.FromResult(acknowledged.Count >= 100), "a hundred are reserved");
        var before = acknowledged.Count;

        await using (var connection = new MySqlConnection(primary.ConnectionString))
        {
            await connection.OpenAsync(Cancel);
            await using var command = new MySqlCommand($"SHOW GLOBAL STATUS LIKE '{words.IsSynchronous}'", connection);
            await using var status = await command.ExecuteReaderAsync(Cancel);
            Assert.True(await status.ReadAsync(Cancel) && status.GetString(1) == "ON", words.IsSynchronous);
        }

        // In the middle of it. Before the replica leads it applies what it has received.
        await primary.Process!.KillAsync();
        await WaitUntilAppliedAsync(replica, words);
        link.LeadTo(replica.Port);
        await WaitFor.TrueAsync(() => Task.FromResult(acknowledged.Count >= before + 100), "a hundred more, on the replica");
        Volatile.Write(ref isOver, true);
        await Task.WhenAll(shoppers);

        foreach (var (id, token) in acknowledged)
        {
            var read = await host.SendAsync(HttpMethod.Get, $"/reservations/{id}", null, token);
            Assert.True(read.Status == 200 && read.Text("state") == "held", $"{id}: {read.Status} {read.Body}");
        }

        Assert.True(await Audits.IsOkAsync(host, sale));
    }

    /// <summary>The link to the primary is down, and all that came over it is in the tables.</summary>
    private static async Task WaitUntilAppliedAsync(PrivateMariaDb replica, ReplicationWords words)
    {
        await using var connection = new MySqlConnection(replica.ConnectionString);
        await connection.OpenAsync(Cancel);
        await using var command = new MySqlCommand($"SHOW {words.Follower.ToUpperInvariant()} STATUS", connection);
        await WaitFor.TrueAsync(async () =>
        {
            await using var reader = await command.ExecuteReaderAsync(Cancel);
            Assert.True(await reader.ReadAsync(Cancel));
            return reader.GetString($"{words.Follower}_IO_Running") != "Yes"
                && reader.GetString($"{words.Follower}_SQL_Running_State")
                    .StartsWith($"{words.Follower} has read all relay log", StringComparison.Ordinal);
        }, "the replica has applied what it has received");
    }

    private static MariaDbSettings Settings(DirectoryInfo folder, string name, int port) => new()
    {
        Folder = Path.Combine(folder.FullName, name),
        LogFile = Path.Combine(folder.FullName, name + ".log"),
        Port = port,
        Password = ReplicaPassword,
        Durability = Durability.Relaxed,
    };
}
