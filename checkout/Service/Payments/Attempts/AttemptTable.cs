using System.Data;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Reservations;

using Microsoft.Extensions.Options;

using MySqlConnector;

namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>
/// The attempts in the ledger. Rows are locked in one order (reservation, then attempt) and never while the provider
/// is called.
/// </summary>
public sealed class AttemptTable(LedgerDatabase ledger, SharedSteps shared, IOptions<PaymentOptions> options)
{
    private const int MaxNote = 200;

    /// <summary>On it goes, at once.</summary>
    private static readonly Saving s_plain = new();

    private readonly PaymentOptions _options = options.Value;

    /// <summary>Called when a step has happened and has not been saved: where a test lets the process die.</summary>
    internal Action? BeforeSave { get; set; }

    /// <summary>
    /// Persists the attempt under its guards, before anything is asked of the provider. Repeatable with the same id.
    /// </summary>
    /// <param name="cart">What it pays for, as just read.</param>
    public async Task<BeginOutcome> BeginAsync(NewAttempt attempt, Reservation cart, CancellationToken cancel) =>
        await shared.TryAsync(SharedSql.Begin(attempt, _options.LeaseSeconds)).ConfigureAwait(false) is { } number
            ? new BeginOutcome.Begun(attempt.Begun(number, cart))
            : await BeginAsync(attempt, cancel).ConfigureAwait(false);

    private Task<BeginOutcome> BeginAsync(NewAttempt attempt, CancellationToken cancel) =>
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

    /// <summary>The attempt whose bank is asking the shopper, or null.</summary>
    public async Task<Attempt?> FindAskedAsync(Guid reservation, CancellationToken cancel) =>
        (await ledger.FindAsync<AttemptRow>(
            AttemptSql.Asked, new { reservation, captureWithin = _options.CaptureWithinSeconds }, cancel)
            .ConfigureAwait(false))?.ToAttempt();

    /// <summary>How many attempts are not final, and how many payments need a person; of one sale, or of all.</summary>
    public Task<(long Open, long Flagged)> CountOpenAsync(CancellationToken cancel, int? saleNo = null) =>
        ledger.FindAsync<(long Open, long Flagged)>(AttemptSql.CountOpen, new { sale = saleNo }, cancel);

    /// <summary>What is due and nobody works on, oldest first.</summary>
    public Task<List<(Guid Id, int Version)>> DueAsync(int limit, CancellationToken cancel) =>
        ledger.ListAsync<(Guid Id, int Version)>(AttemptSql.Due, new { limit }, cancel);

    /// <summary>Reservations that are secured for an attempt which has ended otherwise.</summary>
    public Task<List<(Guid Reservation, Guid Attempt)>> StrandedAsync(int limit, CancellationToken cancel) =>
        ledger.ListAsync<(Guid Reservation, Guid Attempt)>(AttemptSql.Stranded, new { limit }, cancel);

    /// <summary>What needs a person, oldest first.</summary>
    public async Task<IReadOnlyList<FlaggedAttempt>> FlaggedAsync(int limit, CancellationToken cancel) =>
        [.. (await ledger.ListAsync<FlaggedRow>(AttemptSql.Flagged, new { limit }, cancel).ConfigureAwait(false))
            .Select(row => row.ToAttempt())];

    /// <summary>Takes an attempt over; null when someone else did, or works on it.</summary>
    public Task<Attempt?> TakeAsync(Guid id, int version, CancellationToken cancel) =>
        ledger.RunAsync(async (connection, stop) =>
        {
            var with = new { id, version, lease = _options.LeaseSeconds, flagAfter = _options.FlagAfterSeconds };
            if (await connection.RunAsync(AttemptSql.Take, with, stop).ConfigureAwait(false) == 0) return null;
            return await FindAsync(connection, id, stop).ConfigureAwait(false) is { } taken && taken.Version == version + 1
                ? taken : null;
        }, cancel);

    /// <summary>Makes it due now, and takes it over; null when someone works on it, or it is final.</summary>
    public async Task<Attempt?> WakeAsync(Attempt attempt, CancellationToken cancel)
    {
        await ledger.RunAsync((connection, stop) => connection.RunAsync(AttemptSql.Wake, new { id = attempt.Id }, stop), cancel)
            .ConfigureAwait(false);
        return await TakeAsync(attempt.Id, attempt.Version, cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// Saves that the attempt is authorised and its unit secured for it, both or neither, together with others' steps; false when
    /// that is not known to have happened: then it is done alone.
    /// </summary>
    public Task<bool> SecureAsync(Attempt secured) => ShareAsync(secured, () => SharedSql.Secure(secured, _options.LeaseSeconds));

    /// <summary>The same of an attempt that is captured and its unit sold.</summary>
    public Task<bool> SellAsync(Attempt captured, Reservation sold) => ShareAsync(captured, () => SharedSql.Sell(captured, sold));

    private async Task<bool> ShareAsync(Attempt next, Func<PendingStep> step)
    {
        if (next.Cart is null || next.Version != SharedSql.Fresh) return false;
        BeforeSave?.Invoke();
        return await shared.TryAsync(step()).ConfigureAwait(false) is not null;
    }

    /// <summary>Saves a step that shows nothing new, in the transaction in which it happens; false as below.</summary>
    public async Task<bool> SaveAsync(
        MySqlTransaction within, Attempt attempt, Saving saving, CancellationToken cancel)
    {
        BeforeSave?.Invoke();
        return await within.RunAsync(AttemptSql.Save, Row(attempt, saving), cancel).ConfigureAwait(false) > 0;
    }

    /// <summary>Saves a step; false when the attempt is no longer ours.</summary>
    public async Task<bool> SaveAsync(Attempt attempt, Saving saving, CancellationToken cancel)
    {
        BeforeSave?.Invoke();
        var goesWell = attempt is { Cart: not null, Version: SharedSql.Fresh, Doubt: false, Failures: 0, Tries: 0 } && saving == s_plain;
        return (goesWell && attempt.State is AttemptState.Confirming
                && await shared.TryAsync(SharedSql.Know(attempt, _options.LeaseSeconds)).ConfigureAwait(false) is not null)
            || await SaveNowAsync(attempt, saving, cancel).ConfigureAwait(false);
    }

    private Task<bool> SaveNowAsync(Attempt attempt, Saving saving, CancellationToken cancel) =>
        ledger.RunAsync(async (connection, stop) =>
        {
            var row = Row(attempt, saving);
            if (saving.Show is not { } show || attempt.Number is not { } number)
                return await connection.RunAsync(AttemptSql.Save, row, stop).ConfigureAwait(false) > 0;

            await using var transaction =
                await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop).ConfigureAwait(false);
            var seen = new { reservation = attempt.Reservation, number, payment = show, from = saving.ShowFrom };
            await transaction.RunAsync(AttemptSql.Show, seen, stop).ConfigureAwait(false);
            if (await transaction.RunAsync(AttemptSql.Save, row, stop).ConfigureAwait(false) == 0) return false;
            await transaction.CommitAsync(stop).ConfigureAwait(false);
            return true;
        }, cancel);

    private async Task TryInsertAsync(MySqlConnection connection, NewAttempt attempt, CancellationToken cancel)
    {
        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel).ConfigureAwait(false);
        var row = new
        {
            id = attempt.Id,
            reservation = attempt.Reservation,
            key = attempt.Key,
            hash = attempt.RequestHash,
            method = attempt.Method,
            receiptEmail = attempt.ReceiptEmail,
            lease = _options.LeaseSeconds,
        };
        if (await transaction.RunAsync(AttemptSql.Begin, row, cancel).ConfigureAwait(false) == 0) return;
        try
        {
            await transaction.RunAsync(AttemptSql.Insert, row, cancel).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
        }
        catch (MySqlException error) when (error.ErrorCode is MySqlErrorCode.DuplicateKeyEntry)
        {
            // The key was used before; the transaction is rolled back as it is disposed of.
        }
    }

    /// <summary>What <see cref="AttemptSql.Save"/> takes.</summary>
    private object Row(Attempt attempt, Saving saving) => new
    {
        id = attempt.Id,
        version = attempt.Version,
        intent = attempt.Intent,
        session = attempt.Session,
        state = attempt.State,
        outcome = attempt.Outcome,
        tries = attempt.Tries,
        doubt = attempt.Doubt,
        failures = attempt.Failures,
        authorised = attempt.Authorised,
        note = saving.Note is { Length: > MaxNote } note ? note[..MaxNote] : saving.Note,
        answerStatus = attempt.Answer?.Status,
        answerBody = attempt.Answer?.Body,
        flag = saving.Flag,
        flagAfter = _options.FlagAfterSeconds,
        lease = _options.LeaseSeconds,
        delayMs = (long?)saving.Delay?.TotalMilliseconds,
    };

    private async Task<Attempt?> FindAsync(MySqlConnection connection, Guid id, CancellationToken cancel) =>
        (await connection.FindAsync<AttemptRow>(
            AttemptSql.ById, new { id, captureWithin = _options.CaptureWithinSeconds }, cancel).ConfigureAwait(false))
            ?.ToAttempt();

    private async Task<Attempt?> FindByKeyAsync(
        MySqlConnection connection, Guid reservation, string key, CancellationToken cancel) =>
        (await connection.FindAsync<AttemptRow>(
            AttemptSql.ByKey, new { reservation, key, captureWithin = _options.CaptureWithinSeconds }, cancel)
            .ConfigureAwait(false))?.ToAttempt();
}
