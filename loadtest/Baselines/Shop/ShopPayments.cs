using Dapper;

using Stripe;

namespace FlashSale.Baselines.Shop;

/// <summary>
/// Payments of the shop: the attempt and its key are committed before the provider is asked, the money is authorised, the order
/// becomes the buyer's, and then it is captured. An attempt that was cut off anywhere is resumed by its row with the same keys.
/// </summary>
internal sealed class ShopPayments(ShopOrders orders, StripeClient stripe, string prefix)
{
    /// <summary>Nobody else works on an attempt for so long.</summary>
    private const int LeaseSeconds = 30;

    /// <summary>True when it is sold; false when the order is not held any more. Repeatable with the same key.</summary>
    public async Task<bool> PayAsync(Guid order, string key, string method)
    {
        var id = Guid.CreateVersion7();
        var begun = await orders.RunAsync(connection => connection.ExecuteAsync(
            $"""
            INSERT IGNORE INTO {prefix}_attempts (id, order_id, idem_key, stage, method, due_at)
            SELECT @id, id, @key, @stage, @method, UTC_TIMESTAMP(3) + INTERVAL @lease SECOND FROM {prefix}_orders
            WHERE id = @order AND state = @held AND pay_by > UTC_TIMESTAMP(3)
            """, new { id, key, stage = AttemptStage.Begun, method, lease = LeaseSeconds, order, held = OrderState.Held }));
        return begun == 1 ? await DriveAsync(id, order, method) : await IsSoldAsync(order, key);
    }

    /// <summary>Takes over what nobody has worked on for a while.</summary>
    public async Task ResumeAsync(int limit)
    {
        var due = await orders.RunAsync(connection => connection.QueryAsync<(Guid Id, Guid Order, string Method)>(
            $"SELECT id, order_id, method FROM {prefix}_attempts WHERE due_at <= UTC_TIMESTAMP(3) LIMIT @limit", new { limit }));
        foreach (var (id, order, method) in due)
        {
            var taken = await orders.RunAsync(connection => connection.ExecuteAsync(
                $"""
                UPDATE {prefix}_attempts SET due_at = UTC_TIMESTAMP(3) + INTERVAL @lease SECOND
                WHERE id = @id AND due_at <= UTC_TIMESTAMP(3)
                """, new { id, lease = LeaseSeconds }));
            if (taken == 1) await DriveAsync(id, order, method);
        }
    }

    private async Task<bool> DriveAsync(Guid id, Guid order, string method)
    {
        // Created and confirmed in one call; a repeat with the key brings the same intent.
        var intent = await stripe.V1.PaymentIntents.CreateAsync(new PaymentIntentCreateOptions
        {
            Amount = 1000,
            Currency = "usd",
            CaptureMethod = "manual",
            Confirm = true,
            PaymentMethod = method,
            Metadata = new() { ["order"] = order.ToString("N") },
        }, Key(id, "authorise"));
        if (!await SecureAsync(id, order, intent.Id))
        {
            await stripe.V1.PaymentIntents.CancelAsync(intent.Id, null, Key(id, "cancel"));
            await EndAsync(id, AttemptStage.Cancelled);
            return false;
        }

        await stripe.V1.PaymentIntents.CaptureAsync(intent.Id, null, Key(id, "capture"));
        await EndAsync(id, AttemptStage.Captured);
        return true;
    }

    /// <summary>The order is the buyer's, and the attempt knows it, in one transaction; true again for a repeat.</summary>
    private Task<bool> SecureAsync(Guid id, Guid order, string intent) => orders.RunAsync(async connection =>
    {
        var with = new
        {
            id,
            order,
            intent,
            held = OrderState.Held,
            sold = OrderState.Sold,
            begun = AttemptStage.Begun,
            authorised = AttemptStage.Authorised,
        };
        var secured = await connection.ExecuteAsync(
            $"START TRANSACTION; UPDATE {prefix}_orders SET state = @sold WHERE id = @order AND state = @held", with);
        await connection.ExecuteAsync(
            secured == 1 ? $"UPDATE {prefix}_attempts SET stage = @authorised, intent = @intent WHERE id = @id; COMMIT"
                : "ROLLBACK", with);
        return secured == 1 || await connection.ExecuteScalarAsync<int>(
            $"SELECT COUNT(*) FROM {prefix}_attempts WHERE id = @id AND stage = @authorised", with) == 1;
    });

    private Task<int> EndAsync(Guid id, AttemptStage stage) => orders.RunAsync(connection => connection.ExecuteAsync(
        $"UPDATE {prefix}_attempts SET stage = @stage, due_at = NULL WHERE id = @id", new { id, stage }));

    private async Task<bool> IsSoldAsync(Guid order, string key) => await orders.RunAsync(connection =>
        connection.ExecuteScalarAsync<int>(
            $"SELECT COUNT(*) FROM {prefix}_attempts WHERE order_id = @order AND idem_key = @key AND stage = @captured",
            new { order, key, captured = AttemptStage.Captured })) == 1;

    private static RequestOptions Key(Guid id, string call) => new() { IdempotencyKey = $"{id:N}-{call}" };
}
