using System.Globalization;
using System.Text;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.WaitingRooms;

using MySqlConnector;

namespace FlashSale.Checkout.Reservations;

/// <summary>
/// Releases unpaid units by the database's clock. Looks for due rows without a lock and releases each by its own guarded
/// update, so any number of checkouts may sweep at once, and a payment that secures its unit first wins.
/// </summary>
public sealed partial class Sweeper(
    LedgerDatabase ledger, Migrator migrator, Poker poker, TimeProvider clock, ILogger<Sweeper> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    /// <summary>Rows released in one round; a full round is followed by the next at once.</summary>
    public const int MaxRows = 256;

    /// <summary>Updates in one round trip, each a transaction of its own.</summary>
    private const int Chunk = 32;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.Migrated.WaitAsync(stoppingToken).ConfigureAwait(false);
        while (!stoppingToken.IsCancellationRequested)
        {
            var due = 0;
            try
            {
                due = await SweepAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception error) when (LedgerErrors.IsOfLedger(error))
            {
                LogFailed(error.Message);
            }
            if (due < MaxRows) await Task.Delay(Every, clock, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>One round; how many rows were found due.</summary>
    public async Task<int> SweepAsync(CancellationToken cancel)
    {
        var due = await ledger.ListAsync<(Guid Id, DateTime Now)>(ReservationSql.Due, new { limit = MaxRows }, cancel)
            .ConfigureAwait(false);
        var released = 0;
        foreach (var chunk in due.Select(row => row.Id).Chunk(Chunk))
        {
            released += await ledger.RunAsync((connection, stop) => ExpireAsync(connection, chunk, due[0].Now, stop), cancel)
                .ConfigureAwait(false);
        }
        if (released > 0)
        {
            LogReleased(released);
            poker.Poke();
        }
        return due.Count;
    }

    private static async Task<int> ExpireAsync(
        MySqlConnection connection, Guid[] ids, DateTime due, CancellationToken cancel)
    {
        await using var command = new MySqlCommand { Connection = connection };
        command.Parameters.AddWithValue("@due", due);
        var text = new StringBuilder();
        for (var at = 0; at < ids.Length; at++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"@i{at}");
            text.Append(ReservationSql.Expire).Append(name).Append(';');
            command.Parameters.AddWithValue(name, ids[at]);
        }
        command.CommandText = text.ToString();
        return await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }

    [LoggerMessage(4005, LogLevel.Warning, "The sweep failed: {Reason}", EventName = "SweepFailed")]
    private partial void LogFailed(string reason);

    [LoggerMessage(4006, LogLevel.Debug, "Released {Count} unpaid units", EventName = "UnitsReleased")]
    private partial void LogReleased(int count);
}
