using System.Data;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

using Microsoft.Extensions.Options;

using MySqlConnector;

namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>What became of beginning an attempt: a closed set.</summary>
public abstract record BeginOutcome
{
    private BeginOutcome() { }

    /// <summary>Persisted, and leased to the caller.</summary>
    public sealed record Begun(Attempt Attempt) : BeginOutcome;

    /// <summary>This key was used for this reservation before; perhaps with another body.</summary>
    public sealed record Repeated(Attempt Attempt) : BeginOutcome;

    /// <summary>The guards refused it: the reservation, read right after, says why.</summary>
    public sealed record Refused : BeginOutcome;
}

/// <summary>An attempt that is not final in time, for the person who looks into it.</summary>
/// <param name="PaymentIntent">What to look for at the provider.</param>
public sealed record FlaggedAttempt(
    string Attempt, string Reservation, string? PaymentIntent, string State, string? Note, DateTimeOffset Since);

/// <summary>An attempt that wants to begin.</summary>
public sealed record NewAttempt(Guid Id, Guid Reservation, string Key, byte[] RequestHash, string Method);

/// <summary>How a step is saved.</summary>
/// <param name="Delay">Null: go on at once, still ours. Else: due again after it, for whoever comes.</param>
/// <param name="Show">What the shopper sees from now on, when it changes with the step.</param>
/// <param name="Note">Why, for a person who looks at the row.</param>
/// <param name="Flag">A person should look at it.</param>
public sealed record Saving(
    TimeSpan? Delay = null, PaymentState? Show = null, PaymentState? ShowFrom = null, string? Note = null,
    bool Flag = false);

/// <summary>
/// The attempts in the ledger. Rows are locked in one order (reservation, then attempt) and never while the provider
/// is called.
/// </summary>
public sealed class AttemptTable(LedgerDatabase ledger, IOptions<PaymentOptions> options)
{
    private const int MaxNote = 200;

    private readonly PaymentOptions _options = options.Value;

    /// <summary>
    /// Persists the attempt under its guards, before anything is asked of the provider. Repeatable with the same id.
    /// </summary>
    public Task<BeginOutcome> BeginAsync(NewAttempt attempt, CancellationToken cancel) =>
        ledger.RunAsync(async (connection, stop) =>
        {
            // Ours only with the first version: between the commit and this reading another may have taken it over.
            await TryInsertAsync(connection, attempt, stop).ConfigureAwait(false);
            return await FindByKeyAsync(connection, attempt.Reservation, attempt.Key, stop).ConfigureAwait(false) switch
            {
                null => new BeginOutcome.Refused(),
                { Version: 1 } own when own.Id == attempt.Id => new BeginOutcome.Begun(own),
                var other => (BeginOutcome)new BeginOutcome.Repeated(other),
            };
        }, cancel);

    public Task<Attempt?> FindAsync(Guid id, CancellationToken cancel) =>
        ledger.RunAsync((connection, stop) => FindAsync(connection, id, stop), cancel);

    /// <summary>The attempt that began with this key, or null.</summary>
    public Task<Attempt?> FindByKeyAsync(Guid reservation, string key, CancellationToken cancel) =>
        ledger.RunAsync((connection, stop) => FindByKeyAsync(connection, reservation, key, stop), cancel);

    /// <summary>How many attempts are not final, and how many of them need a person; of one sale, or of all.</summary>
    public Task<(long Open, long Flagged)> CountOpenAsync(CancellationToken cancel, int? saleNo = null) =>
        ledger.RunAsync(async (connection, stop) =>
        {
            await using var command = new MySqlCommand(AttemptSql.CountOpen, connection);
            command.Parameters.AddWithValue("@sale", saleNo);
            await using var row = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
            await row.ReadAsync(stop).ConfigureAwait(false);
            return (row.GetInt64(0), row.GetInt64(1));
        }, cancel);

    /// <summary>What is due and nobody works on, oldest first.</summary>
    public Task<IReadOnlyList<(Guid Id, int Version)>> DueAsync(int limit, CancellationToken cancel) =>
        ListAsync(AttemptSql.Due, limit, row => (row.GetGuid(0), row.GetInt32(1)), cancel);

    /// <summary>Reservations that are secured for an attempt which has ended otherwise.</summary>
    public Task<IReadOnlyList<(Guid Reservation, Guid Attempt)>> StrandedAsync(int limit, CancellationToken cancel) =>
        ListAsync(AttemptSql.Stranded, limit, row => (row.GetGuid(0), row.GetGuid(1)), cancel);

    /// <summary>What needs a person, oldest first.</summary>
    public Task<IReadOnlyList<FlaggedAttempt>> FlaggedAsync(int limit, CancellationToken cancel) =>
        ListAsync(AttemptSql.Flagged, limit, row => new FlaggedAttempt(
            row.GetGuid(0).ToString("N"), new ReservationId(SaleId.Parse(row.GetString(1)), row.GetGuid(2)).ToString(),
            row.IsDBNull(3) ? null : row.GetString(3), ((AttemptState)row.GetInt32(4)).ToString(),
            row.IsDBNull(5) ? null : row.GetString(5), new DateTimeOffset(row.GetDateTime(6), TimeSpan.Zero)), cancel);

    /// <summary>Takes an attempt over; null when someone else did, or works on it.</summary>
    public Task<Attempt?> TakeAsync(Guid id, int version, CancellationToken cancel) =>
        ledger.RunAsync(async (connection, stop) =>
        {
            await using var command = new MySqlCommand(AttemptSql.Take, connection);
            command.Parameters.AddWithValue("@id", id);
            command.Parameters.AddWithValue("@version", version);
            command.Parameters.AddWithValue("@lease", _options.LeaseSeconds);
            command.Parameters.AddWithValue("@flagAfter", _options.FlagAfterSeconds);
            if (await command.ExecuteNonQueryAsync(stop).ConfigureAwait(false) == 0) return null;
            return await FindAsync(connection, id, stop).ConfigureAwait(false) is { } taken && taken.Version == version + 1
                ? taken : null;
        }, cancel);

    /// <summary>Saves a step; false when the attempt is no longer ours.</summary>
    public Task<bool> SaveAsync(Attempt attempt, Saving saving, CancellationToken cancel) =>
        ledger.RunAsync(async (connection, stop) =>
        {
            if (saving.Show is null || attempt.Number is null)
            {
                await using var command = Save(connection, attempt, saving);
                return await command.ExecuteNonQueryAsync(stop).ConfigureAwait(false) > 0;
            }

            await using var transaction =
                await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop).ConfigureAwait(false);
            await using var show = new MySqlCommand(AttemptSql.Show, connection, transaction);
            show.Parameters.AddWithValue("@reservation", attempt.Reservation);
            show.Parameters.AddWithValue("@number", attempt.Number);
            show.Parameters.AddWithValue("@payment", (int)saving.Show);
            show.Parameters.AddWithValue("@from", (int?)saving.ShowFrom);
            await show.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
            await using var save = Save(connection, attempt, saving);
            save.Transaction = transaction;
            if (await save.ExecuteNonQueryAsync(stop).ConfigureAwait(false) == 0) return false;
            await transaction.CommitAsync(stop).ConfigureAwait(false);
            return true;
        }, cancel);

    private Task<IReadOnlyList<T>> ListAsync<T>(
        string sql, int limit, Func<MySqlDataReader, T> read, CancellationToken cancel) =>
        ledger.RunAsync<IReadOnlyList<T>>(async (connection, stop) =>
        {
            await using var command = new MySqlCommand(sql, connection);
            command.Parameters.AddWithValue("@limit", limit);
            await using var reader = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
            var list = new List<T>();
            while (await reader.ReadAsync(stop).ConfigureAwait(false)) list.Add(read(reader));
            return list;
        }, cancel);

    private async Task TryInsertAsync(MySqlConnection connection, NewAttempt attempt, CancellationToken cancel)
    {
        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel).ConfigureAwait(false);
        await using var begin = new MySqlCommand(AttemptSql.Begin, connection, transaction);
        begin.Parameters.AddWithValue("@reservation", attempt.Reservation);
        if (await begin.ExecuteNonQueryAsync(cancel).ConfigureAwait(false) == 0) return;

        await using var insert = new MySqlCommand(AttemptSql.Insert, connection, transaction);
        insert.Parameters.AddWithValue("@id", attempt.Id);
        insert.Parameters.AddWithValue("@reservation", attempt.Reservation);
        insert.Parameters.AddWithValue("@key", attempt.Key);
        insert.Parameters.AddWithValue("@hash", attempt.RequestHash);
        insert.Parameters.AddWithValue("@method", attempt.Method);
        insert.Parameters.AddWithValue("@lease", _options.LeaseSeconds);
        try
        {
            await insert.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
        }
        catch (MySqlException error) when (error.ErrorCode is MySqlErrorCode.DuplicateKeyEntry)
        {
            // The key was used before; the transaction is rolled back as it is disposed of.
        }
    }

    private MySqlCommand Save(MySqlConnection connection, Attempt attempt, Saving saving)
    {
        var command = new MySqlCommand(AttemptSql.Save, connection);
        var with = command.Parameters;
        with.AddWithValue("@id", attempt.Id);
        with.AddWithValue("@version", attempt.Version);
        with.AddWithValue("@intent", attempt.Intent);
        with.AddWithValue("@state", (int)attempt.State);
        with.AddWithValue("@outcome", (int)attempt.Outcome);
        with.AddWithValue("@tries", attempt.Tries);
        with.AddWithValue("@doubt", attempt.Doubt ? 1 : 0);
        with.AddWithValue("@failures", attempt.Failures);
        with.AddWithValue("@authorised", attempt.Authorised ? 1 : 0);
        with.AddWithValue("@note", saving.Note is { Length: > MaxNote } note ? note[..MaxNote] : saving.Note);
        with.AddWithValue("@answerStatus", attempt.Answer?.Status);
        with.AddWithValue("@answerBody", attempt.Answer?.Body);
        with.AddWithValue("@flag", saving.Flag ? 1 : 0);
        with.AddWithValue("@flagAfter", _options.FlagAfterSeconds);
        with.AddWithValue("@lease", _options.LeaseSeconds);
        with.AddWithValue("@delayMs", saving.Delay is { } delay ? (long)delay.TotalMilliseconds : null);
        return command;
    }

    private async Task<Attempt?> FindAsync(MySqlConnection connection, Guid id, CancellationToken cancel)
    {
        await using var command = Command(connection, AttemptSql.ById);
        command.Parameters.AddWithValue("@id", id);
        return await ReadAsync(command, cancel).ConfigureAwait(false);
    }

    private async Task<Attempt?> FindByKeyAsync(
        MySqlConnection connection, Guid reservation, string key, CancellationToken cancel)
    {
        await using var command = Command(connection, AttemptSql.ByKey);
        command.Parameters.AddWithValue("@reservation", reservation);
        command.Parameters.AddWithValue("@key", key);
        return await ReadAsync(command, cancel).ConfigureAwait(false);
    }

    private MySqlCommand Command(MySqlConnection connection, string text)
    {
        var command = new MySqlCommand(text, connection);
        command.Parameters.AddWithValue("@captureWithin", _options.CaptureWithinSeconds);
        return command;
    }

    private static async Task<Attempt?> ReadAsync(MySqlCommand command, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        return await reader.ReadAsync(cancel).ConfigureAwait(false) ? AttemptSql.Read(reader) : null;
    }
}
