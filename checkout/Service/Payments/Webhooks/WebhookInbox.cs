using System.Data;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;

using MySqlConnector;

namespace FlashSale.Checkout.Payments.Webhooks;

/// <summary>
/// The webhooks, once each: an event is written down and applied in one transaction. Applying means that the attempt is
/// due now (its truth will be fetched), or that an intent which no attempt has is adopted, to be closed. An event about
/// an attempt that isn't there is kept and tried again; one about money that went back waits for the <c>Reconciler</c>.
/// </summary>
public sealed class WebhookInbox(LedgerDatabase ledger, PaymentMetrics metrics)
{
    /// <summary>Pending events looked at in one turn.</summary>
    private const int MaxPending = 64;

    /// <summary>How often a pending event is tried, 2 s, 4 s, 8 s … apart (about an hour in all).</summary>
    private const int MaxTries = 11;

    // Not while someone works on it: whoever does will see the truth, and the completer comes after them.
    private const string Hint =
        """
        UPDATE payment_attempts FORCE INDEX (one_per_intent) SET due_at = LEAST(due_at, UTC_TIMESTAMP(3))
        WHERE intent = @intent AND due_at IS NOT NULL
        """;

    // The intent of a page is not known here before somebody has looked at the page.
    private const string HintOfPage =
        """
        UPDATE payment_attempts FORCE INDEX (PRIMARY) SET due_at = LEAST(due_at, UTC_TIMESTAMP(3))
        WHERE id = @attempt AND intent IS NULL AND session IS NOT NULL AND due_at IS NOT NULL
        """;

    // A page's making may not have been answered: then there are two, and the intent is of one that we don't know.
    private const string Known =
        $"""
        SELECT a.intent, EXISTS (SELECT 1 FROM payment_attempts i WHERE i.intent = @intent), a.due_at IS NULL, a.method = '{Attempt.HostedPage}'
        FROM payment_attempts a WHERE a.id = @attempt
        """;

    private static readonly string s_keep =
        $"""
        INSERT IGNORE INTO payment_webhooks (id, type, intent, attempt, state, received_at, due_at)
        VALUES (@event, @type, @intent, @attempt, {InboxState.Pending:D}, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
        """;

    private static readonly string s_settle =
        $"""
        UPDATE payment_webhooks FORCE INDEX (PRIMARY) SET state = @state, tries = tries + 1,
          due_at = CASE @state WHEN {InboxState.Pending:D} THEN UTC_TIMESTAMP(3) + INTERVAL POW(2, LEAST(tries, 12)) SECOND
            WHEN {InboxState.ToLookAt:D} THEN UTC_TIMESTAMP(3) + INTERVAL @wait SECOND ELSE NULL END
        WHERE id = @event AND state IN ({InboxState.Pending:D}, {InboxState.ToLookAt:D})
        """;

    /// <summary>→ <see cref="PendingRow"/>s. @state, @limit.</summary>
    private const string Due =
        """
        SELECT id, type, intent, attempt, tries FROM payment_webhooks
        WHERE due_at <= UTC_TIMESTAMP(3) AND state = @state ORDER BY due_at LIMIT @limit
        """;

    /// <summary>False when it was here before.</summary>
    public Task<bool> ReceiveAsync(WebhookHint hint, CancellationToken cancel) =>
        ledger.RunAsync(async (connection, stop) =>
        {
            await using var transaction =
                await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop).ConfigureAwait(false);
            if (await transaction.RunAsync(s_keep, hint, stop).ConfigureAwait(false) == 0)
            {
                metrics.Webhook("repeated");
                return false;
            }

            await ApplyAsync(transaction, hint, tries: 0, stop).ConfigureAwait(false);
            await transaction.CommitAsync(stop).ConfigureAwait(false);
            return true;
        }, cancel);

    /// <summary>Tries the pending ones again that are due.</summary>
    public async Task RetryPendingAsync(CancellationToken cancel)
    {
        foreach (var pending in await DueAsync(InboxState.Pending, cancel).ConfigureAwait(false))
        {
            await ledger.RunAsync(async (connection, stop) =>
            {
                await using var transaction =
                    await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop).ConfigureAwait(false);
                await ApplyAsync(transaction, pending.ToHint(), pending.Tries, stop).ConfigureAwait(false);
                await transaction.CommitAsync(stop).ConfigureAwait(false);
                return true;
            }, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>What is about money that went back, and due to be looked at.</summary>
    internal Task<List<PendingRow>> ToLookAtAsync(CancellationToken cancel) => DueAsync(InboxState.ToLookAt, cancel);

    /// <summary>It has been looked at, or the provider did not answer: then again, later and later.</summary>
    internal Task LookedAtAsync(PendingRow row, bool done, CancellationToken cancel)
    {
        var state = done ? InboxState.Applied : row.Tries + 1 >= MaxTries ? InboxState.GivenUp : InboxState.ToLookAt;
        return ledger.ExecuteAsync(
            s_settle, new { @event = row.Id, state, wait = 1 << Math.Min(row.Tries, MaxTries) }, cancel);
    }

    private Task<List<PendingRow>> DueAsync(InboxState state, CancellationToken cancel) =>
        ledger.ListAsync<PendingRow>(Due, new { state, limit = MaxPending }, cancel);

    private async Task ApplyAsync(
        MySqlTransaction transaction, WebhookHint hint, int tries, CancellationToken cancel)
    {
        var state = hint.Attempt is null || (hint.Intent is null && !hint.IsOfPage) ? InboxState.Applied : InboxState.Pending;
        if (state is InboxState.Pending)
        {
            await transaction.RunAsync(Hint, hint, cancel).ConfigureAwait(false);
            await transaction.RunAsync(HintOfPage, hint, cancel).ConfigureAwait(false);
            state = await AdoptAsync(transaction, hint, cancel).ConfigureAwait(false) ? InboxState.Applied
                : tries + 1 >= MaxTries ? InboxState.GivenUp : InboxState.Pending;
        }

        if (state is InboxState.Applied && hint.IsOfReturns) state = InboxState.ToLookAt;
        await transaction.RunAsync(s_settle, new { @event = hint.Event, state, wait = 0 }, cancel).ConfigureAwait(false);
        metrics.Webhook(state switch
        {
            InboxState.Applied or InboxState.ToLookAt => "applied",
            InboxState.Pending => "pending",
            _ => "given up",
        });
    }

    /// <summary>True when the intent is some attempt's, or has been adopted; false when that can't be said yet.</summary>
    private static async Task<bool> AdoptAsync(
        MySqlTransaction transaction, WebhookHint hint, CancellationToken cancel)
    {
        var known = await transaction.ListAsync<(string? Own, bool IsTaken, bool IsFinal, bool IsHosted)>(Known, hint, cancel).ConfigureAwait(false);
        if (known is not [var (own, isTaken, isFinal, isHosted)]) return false;

        // Another attempt has it; or this one doesn't know its intent yet, and its own call will bring it.
        if (isTaken || hint.Intent is null || (own is null && !isHosted)) return true;
        // Its page will bring it; or it is of a page that we don't know, which can be said when the attempt has ended without it.
        if (own is null && !isFinal) return false;
        var stray = new { id = Guid.CreateVersion7(), of = hint.Attempt, intent = hint.Intent };
        await transaction.RunAsync(AttemptSql.Adopt, stray, cancel).ConfigureAwait(false);
        return true;
    }
}
