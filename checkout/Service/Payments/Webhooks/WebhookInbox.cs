using System.Data;

using FlashSale.Checkout.Ledger;

using MySqlConnector;

namespace FlashSale.Checkout.Payments.Webhooks;

/// <summary>What a webhook tells us that we use: which payment to look at. Everything else is asked of the provider.</summary>
/// <param name="Intent">The payment intent it is about, or null.</param>
/// <param name="Attempt">Our attempt, from the intent's metadata, or null when it isn't ours.</param>
public sealed record WebhookHint(string Event, string Type, string? Intent, Guid? Attempt);

/// <summary>
/// The webhooks, once each: an event is written down and applied in one transaction. Applying means that the attempt is
/// due now (its truth will be fetched), or that an intent which no attempt has is adopted, to be closed. An event about
/// an attempt that isn't there is kept and tried again.
/// </summary>
public sealed class WebhookInbox(LedgerDatabase ledger, PaymentMetrics metrics)
{
    /// <summary>Pending events looked at in one turn.</summary>
    private const int MaxPending = 64;

    /// <summary>How often a pending event is tried, 2 s, 4 s, 8 s … apart (about an hour in all).</summary>
    private const int MaxTries = 11;

    private const int Pending = 1;
    private const int Applied = 2;
    private const int GivenUp = 3;

    // Not while someone works on it: whoever does will see the truth, and the completer comes after them.
    private const string Hint =
        """
        UPDATE payment_attempts FORCE INDEX (one_per_intent) SET due_at = LEAST(due_at, UTC_TIMESTAMP(3))
        WHERE intent = @intent AND due_at IS NOT NULL
        """;

    private const string Known =
        """
        SELECT a.intent, EXISTS (SELECT 1 FROM payment_attempts i WHERE i.intent = @intent)
        FROM payment_attempts a WHERE a.id = @attempt
        """;

    private const string Keep =
        """
        INSERT IGNORE INTO payment_webhooks (id, type, intent, attempt, state, received_at, due_at)
        VALUES (@event, @type, @intent, @attempt, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
        """;

    private const string Settle =
        """
        UPDATE payment_webhooks FORCE INDEX (PRIMARY) SET state = @state, tries = tries + 1,
          due_at = IF(@state = 1, UTC_TIMESTAMP(3) + INTERVAL POW(2, LEAST(tries, 12)) SECOND, NULL)
        WHERE id = @event AND state = 1
        """;

    /// <summary>False when it was here before.</summary>
    public Task<bool> ReceiveAsync(WebhookHint hint, CancellationToken cancel) =>
        ledger.RunAsync(async (connection, stop) =>
        {
            await using var transaction =
                await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop).ConfigureAwait(false);
            await using var keep = Command(Keep, connection, transaction, hint);
            if (await keep.ExecuteNonQueryAsync(stop).ConfigureAwait(false) == 0)
            {
                metrics.Webhook("repeated");
                return false;
            }

            await ApplyAsync(connection, transaction, hint, tries: 0, stop).ConfigureAwait(false);
            await transaction.CommitAsync(stop).ConfigureAwait(false);
            return true;
        }, cancel);

    /// <summary>Tries the pending ones again that are due.</summary>
    public async Task RetryPendingAsync(CancellationToken cancel)
    {
        foreach (var (hint, tries) in await PendingAsync(cancel).ConfigureAwait(false))
        {
            await ledger.RunAsync(async (connection, stop) =>
            {
                await using var transaction =
                    await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop).ConfigureAwait(false);
                await ApplyAsync(connection, transaction, hint, tries, stop).ConfigureAwait(false);
                await transaction.CommitAsync(stop).ConfigureAwait(false);
                return true;
            }, cancel).ConfigureAwait(false);
        }
    }

    private async Task ApplyAsync(
        MySqlConnection connection, MySqlTransaction transaction, WebhookHint hint, int tries, CancellationToken cancel)
    {
        var state = hint.Intent is null || hint.Attempt is null ? Applied : Pending;
        if (state == Pending)
        {
            await using var apply = Command(Hint, connection, transaction, hint);
            await apply.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
            state = await AdoptAsync(connection, transaction, hint, cancel).ConfigureAwait(false) ? Applied
                : tries + 1 >= MaxTries ? GivenUp : Pending;
        }

        await using var settle = Command(Settle, connection, transaction, hint);
        settle.Parameters.AddWithValue("@state", state);
        await settle.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        metrics.Webhook(state switch { Applied => "applied", Pending => "pending", _ => "given up" });
    }

    /// <summary>True when the intent is some attempt's, or has been adopted; false when the attempt isn't known.</summary>
    private static async Task<bool> AdoptAsync(
        MySqlConnection connection, MySqlTransaction transaction, WebhookHint hint, CancellationToken cancel)
    {
        await using var known = Command(Known, connection, transaction, hint);
        string? own;
        await using (var row = await known.ExecuteReaderAsync(cancel).ConfigureAwait(false))
        {
            if (!await row.ReadAsync(cancel).ConfigureAwait(false)) return false;
            if (row.GetInt32(1) != 0) return true;
            own = row.IsDBNull(0) ? null : row.GetString(0);
        }

        // The attempt doesn't know its intent yet: its own call will bring it.
        if (own is null) return true;
        await using var adopt = Command(Attempts.AttemptSql.Adopt, connection, transaction, hint);
        adopt.Parameters.AddWithValue("@id", Guid.CreateVersion7());
        adopt.Parameters.AddWithValue("@of", hint.Attempt);
        await adopt.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        return true;
    }

    private Task<List<(WebhookHint, int)>> PendingAsync(CancellationToken cancel) =>
        ledger.RunAsync(async (connection, stop) =>
        {
            await using var command = new MySqlCommand(
                """
                SELECT id, type, intent, attempt, tries FROM payment_webhooks
                WHERE due_at <= UTC_TIMESTAMP(3) ORDER BY due_at LIMIT @limit
                """, connection);
            command.Parameters.AddWithValue("@limit", MaxPending);
            await using var row = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
            var pending = new List<(WebhookHint, int)>();
            while (await row.ReadAsync(stop).ConfigureAwait(false))
            {
                pending.Add((new WebhookHint(
                    row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2),
                    row.IsDBNull(3) ? null : row.GetGuid(3)), row.GetInt32(4)));
            }

            return pending;
        }, cancel);

    private static MySqlCommand Command(
        string text, MySqlConnection connection, MySqlTransaction transaction, WebhookHint hint)
    {
        var command = new MySqlCommand(text, connection, transaction);
        command.Parameters.AddWithValue("@event", hint.Event);
        command.Parameters.AddWithValue("@type", hint.Type);
        command.Parameters.AddWithValue("@intent", hint.Intent);
        command.Parameters.AddWithValue("@attempt", hint.Attempt);
        return command;
    }
}
