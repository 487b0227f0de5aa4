using FlashSale.Checkout.Ledger;

using MySqlConnector;

namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>
/// Commits the steps of many payments together: a batch is one transaction in one round trip, and what does not fit into it is done
/// alone. Only the common way is gone here, an attempt that this process has begun and that goes well;
/// its row, read back after the commit, says whether its step has happened. Of every other (a guard refused it, somebody has taken
/// it over, the batch failed, the answer to the COMMIT was lost) nothing is said here: it is done alone, by statements that
/// recognise what has happened.
/// </summary>
public sealed partial class SharedSteps(LedgerDatabase ledger, ILogger<SharedSteps> log)
    : BatchWorker<PendingStep>
{
    /// <summary>The attempt's number when the step has happened; null when it must be done alone.</summary>
    internal Task<int?> TryAsync(PendingStep step) =>
        TryAdd(step) ? step.Answer.Task : Task.FromResult<int?>(null);

    /// <inheritdoc />
    protected override async Task DoAsync(List<PendingStep> batch, CancellationToken cancel)
    {
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
            if (LedgerErrors.IsLost(error)) GiveUpWaiting();
        }
        finally
        {
            batch.ForEach(GiveUp);
        }
    }

    /// <summary>It is done alone, if it has not happened.</summary>
    protected override void GiveUp(PendingStep one) => one.Answer.TrySetResult(null);

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
