using System.Data;
using System.Globalization;

using Microsoft.Extensions.Options;

using MySqlConnector;

namespace FlashSale.Checkout.Ledger.Outages;

/// <summary>Notices that the ledger was out, and gives shoppers with a unit in the cart that time back.</summary>
public sealed partial class Pulse(
    LedgerDatabase ledger, Migrator migrator, IOptions<LedgerOptions> options, TimeProvider clock, ILogger<Pulse> log)
    : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    /// <summary>Carts moved in one statement.</summary>
    private const int Chunk = 500;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.Migrated.WaitAsync(stoppingToken).ConfigureAwait(false);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ledger.RunAsync(BeatAsync, stoppingToken).ConfigureAwait(false);
            }
            catch (Exception error) when (LedgerErrors.IsOfLedger(error))
            {
                LogFailed(error.Message);
            }
            await Task.Delay(Every, clock, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> BeatAsync(MySqlConnection connection, CancellationToken cancel)
    {
        await using var look = new MySqlCommand(PulseSql.Look, connection);
        var age = Convert.ToInt32(
            await look.ExecuteScalarAsync(cancel).ConfigureAwait(false), CultureInfo.InvariantCulture);
        if (age == 2) return await EndOutageAsync(connection, cancel).ConfigureAwait(false);
        if (age == 0) return true;
        await using var beat = new MySqlCommand(PulseSql.Beat, connection);
        return await beat.ExecuteNonQueryAsync(cancel).ConfigureAwait(false) > 0;
    }

    /// <summary>
    /// One transaction, serialised by the pulse's row: whoever commits it has given the time back, once. When the answer
    /// to the COMMIT is lost, the next look finds a young pulse, or does it all again.
    /// </summary>
    private async Task<bool> EndOutageAsync(MySqlConnection connection, CancellationToken cancel)
    {
        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel).ConfigureAwait(false);
        var (began, ended) = await LockAsync(connection, transaction, cancel).ConfigureAwait(false);
        if (began == ended) return false;

        var given = TimeSpan.FromSeconds(Math.Min((ended - began).TotalSeconds, options.Value.MaxOutageSeconds));
        var carts = await GiveBackAsync(connection, transaction, began, given, cancel).ConfigureAwait(false);
        await RunAsync(PulseSql.Record, ("@began", began), ("@ended", ended), ("@given", (int)given.TotalMilliseconds),
            ("@carts", carts)).ConfigureAwait(false);
        await RunAsync(PulseSql.Revive, ("@ended", ended)).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        LogOutage((ended - began).TotalSeconds, given.TotalSeconds, carts);
        return true;

        async Task<int> RunAsync(string sql, params (string Name, object Value)[] parameters)
        {
            await using var command = new MySqlCommand(sql, connection, transaction);
            foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
            return await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>How many carts got the time back. Units put in a cart meanwhile have their whole time anyway.</summary>
    private static async Task<int> GiveBackAsync(
        MySqlConnection connection, MySqlTransaction transaction, DateTime began, TimeSpan given, CancellationToken cancel)
    {
        var ids = new List<Guid>();
        await using (var find = new MySqlCommand(PulseSql.Carts, connection, transaction))
        {
            find.Parameters.AddWithValue("@began", began);
            await using var reader = await find.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            while (await reader.ReadAsync(cancel).ConfigureAwait(false)) ids.Add(reader.GetGuid(0));
        }

        var carts = 0;
        foreach (var chunk in ids.Chunk(Chunk))
        {
            var names = chunk.Select((_, at) => string.Create(CultureInfo.InvariantCulture, $"@i{at}")).ToArray();
            await using var move = new MySqlCommand(
                $"{PulseSql.GiveBack}{string.Join(',', names)})", connection, transaction);
            move.Parameters.AddWithValue("@began", began);
            move.Parameters.AddWithValue("@micros", (long)given.TotalMicroseconds);
            for (var at = 0; at < chunk.Length; at++) move.Parameters.AddWithValue(names[at], chunk[at]);
            carts += await move.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }

        return carts;
    }

    private static async Task<(DateTime Began, DateTime Ended)> LockAsync(
        MySqlConnection connection, MySqlTransaction transaction, CancellationToken cancel)
    {
        await using var command = new MySqlCommand(PulseSql.LockStale, connection, transaction);
        await using var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        return await reader.ReadAsync(cancel).ConfigureAwait(false) ? (reader.GetDateTime(0), reader.GetDateTime(1)) : default;
    }

    [LoggerMessage(4007, LogLevel.Warning, "The ledger does not take the pulse: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(4008, LogLevel.Warning, "The ledger was out for {Seconds:F1} s: {Given:F1} s were given back to {Carts} carts")]
    private partial void LogOutage(double seconds, double given, int carts);
}
