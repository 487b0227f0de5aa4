using System.Threading.Channels;

using FlashSale.Checkout.Ledger;

using MySqlConnector;

namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>
/// Commits the steps of many payments together: what is waiting when a worker becomes free is one transaction in one round trip,
/// so an idle checkout adds no delay. Only the common way is gone here, an attempt that this process has begun and that goes well;
/// its row, read back after the commit, says whether its step has happened. Of every other (a guard refused it, somebody has taken
/// it over, the batch failed, the answer to the COMMIT was lost) nothing is said here: it is done alone, by statements that
/// recognise what has happened.
/// </summary>
public sealed partial class SharedSteps(LedgerDatabase ledger, ILogger<SharedSteps> log) : BackgroundService
{
    /// <summary>Transactions at a time: one fills while the other commits.</summary>
    public const int Workers = 2;

    /// <summary>Steps in a transaction; more would make everyone wait for the slowest lock.</summary>
    public const int MaxBatch = 64;

    /// <summary>Steps waiting; beyond it they are done alone.</summary>
    public const int MaxWaiting = 4096;

    private readonly Channel<PendingStep> _waiting = Channel.CreateBounded<PendingStep>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.Wait });

    /// <summary>The attempt's number when the step has happened; null when it must be done alone.</summary>
    internal Task<int?> TryAsync(PendingStep step) =>
        _waiting.Writer.TryWrite(step) ? step.Answer.Task : Task.FromResult<int?>(null);

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(stoppingToken)));

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What was accepted is finished first, as far as the host's patience goes.
        _waiting.Writer.TryComplete();
        if (ExecuteTask is { } work)
            await work.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        while (_waiting.Reader.TryRead(out var left)) left.Answer.TrySetResult(null);
    }

    private async Task WorkAsync(CancellationToken cancel)
    {
        var batch = new List<PendingStep>(MaxBatch);
        while (await _waiting.Reader.WaitToReadAsync(cancel).ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var next)) batch.Add(next);
            if (batch.Count == 0) continue;
            try
            {
                // In one order, so that two batches never wait for each other.
                batch.Sort((one, other) => one.Reservation.CompareTo(other.Reservation));
                await CommitAsync(batch, cancel).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                // Whatever it was, it is this batch's, and each of its steps meets it again alone if it is more than that.
                LogAlone(batch.Count, error.Message);
                // Nobody waits in turn for a ledger that is not there, and finds it so only then.
                if (LedgerErrors.IsLost(error))
                    while (_waiting.Reader.TryRead(out var next)) next.Answer.TrySetResult(null);
            }
            finally
            {
                foreach (var one in batch) one.Answer.TrySetResult(null);
            }
        }
    }

    private async Task CommitAsync(List<PendingStep> batch, CancellationToken cancel)
    {
        await using var connection = await ledger.OpenAsync(cancel).ConfigureAwait(false);
        try
        {
            await using var command = SharedSql.Commit(connection, batch);
            await using var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            var attempts = new Dictionary<Guid, (AttemptState State, int Version, int Number)>(batch.Count);
            while (await reader.ReadAsync(cancel).ConfigureAwait(false))
                attempts[reader.GetGuid(0)] = ((AttemptState)reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3));
            foreach (var one in batch)
                if (attempts.TryGetValue(one.Attempt, out var found) && found.State == one.Becomes && found.Version == one.Version)
                    one.Answer.TrySetResult(found.Number);
        }
        catch (Exception error)
        {
            // The transaction began in the batch's own text, so it is ended by hand, or with its connection.
            if (LedgerErrors.IsLost(error))
                await MySqlConnection.ClearPoolAsync(connection, CancellationToken.None).ConfigureAwait(false);
            else await connection.RunAsync("ROLLBACK", null, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    [LoggerMessage(5024, LogLevel.Information,
        "{Count} payment steps were not committed together, and are each done alone: {Reason}",
        EventName = "StepsDoneAlone")]
    private partial void LogAlone(int count, string reason);
}
