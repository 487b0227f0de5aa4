using System.Data;

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
        switch (await connection.FindAsync<PulseAge>(PulseSql.Look, null, cancel).ConfigureAwait(false))
        {
            case PulseAge.Young:
                return true;
            case PulseAge.Due:
                return await connection.RunAsync(PulseSql.Beat, null, cancel).ConfigureAwait(false) > 0;
            default:
                return await EndOutageAsync(connection, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// One transaction, serialised by the pulse's row: whoever commits it has given the time back, once. When the answer
    /// to the COMMIT is lost, the next look finds a young pulse, or does it all again.
    /// </summary>
    private async Task<bool> EndOutageAsync(MySqlConnection connection, CancellationToken cancel)
    {
        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel).ConfigureAwait(false);
        var (began, ended) = await transaction.FindAsync<(DateTime Began, DateTime Ended)>(
            PulseSql.LockStale, null, cancel).ConfigureAwait(false);
        if (began == ended) return false; // No row: another checkout was first.

        var (lasted, most) = (ended - began, TimeSpan.FromSeconds(options.Value.MaxOutageSeconds));
        var given = lasted < most ? lasted : most;
        var carts = await GiveBackAsync(transaction, began, given, cancel).ConfigureAwait(false);
        var record = new { began, ended, given = (int)given.TotalMilliseconds, carts };
        await transaction.RunAsync(PulseSql.Record, record, cancel).ConfigureAwait(false);
        await transaction.RunAsync(PulseSql.Revive, new { ended }, cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        LogOutage((ended - began).TotalSeconds, given.TotalSeconds, carts);
        return true;
    }

    /// <summary>How many carts got the time back. Units put in a cart meanwhile have their whole time anyway.</summary>
    private static async Task<int> GiveBackAsync(
        MySqlTransaction transaction, DateTime began, TimeSpan given, CancellationToken cancel)
    {
        var carts = 0;
        var micros = (long)given.TotalMicroseconds;
        var all = await transaction.ListAsync<Guid>(PulseSql.Carts, new { began }, cancel).ConfigureAwait(false);
        foreach (var ids in all.Chunk(Chunk))
            carts += await transaction.RunAsync(PulseSql.GiveBack, new { began, micros, ids }, cancel).ConfigureAwait(false);
        return carts;
    }

    [LoggerMessage(4007, LogLevel.Warning, "The ledger does not take the pulse: {Reason}", EventName = "PulseFailed")]
    private partial void LogFailed(string reason);

    [LoggerMessage(4008, LogLevel.Warning,
        "The ledger was out for {Seconds:F1} s: {Given:F1} s were given back to {Carts} carts",
        EventName = "OutageEnded")]
    private partial void LogOutage(double seconds, double given, int carts);
}
