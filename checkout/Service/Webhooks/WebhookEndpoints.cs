using System.Security.Cryptography;

using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

namespace FlashSale.Checkout.Webhooks;

/// <summary>Which storefront is told, where, and what could not be delivered.</summary>
public sealed class WebhookEndpoints(LedgerDatabase ledger)
{
    /// <summary>Dead letters are shown so many at a time.</summary>
    public const int MaxListed = 200;

    /// <summary>Registers or moves the endpoint of a storefront that there is.</summary>
    /// <returns>Whether there is one, and the secret: once, when the endpoint is new.</returns>
    public Task<(bool Found, string? Secret)> PutAsync(StorefrontId storefront, string url, CancellationToken cancel) =>
        ledger.RunAsync(async (connection, stop) =>
        {
            var secret = RandomNumberGenerator.GetBytes(WebhookSignature.SecretBytes);
            var with = new { storefront = storefront.Value, url, secret };
            var added = await connection.RunAsync(
                """
                INSERT IGNORE INTO webhook_endpoints (storefront, url, secret, scanned_to, scan_until)
                SELECT id, @url, @secret, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM storefronts WHERE id = @storefront
                """, with, stop).ConfigureAwait(false);
            if (added == 1) return (true, (string?)WebhookSignature.Show(secret));
            var moved = await connection.RunAsync(
                "UPDATE webhook_endpoints SET url = @url WHERE storefront = @storefront", with, stop).ConfigureAwait(false);
            return (moved > 0, null);
        }, cancel);

    /// <summary>Forgets the endpoint and what was to be sent there.</summary>
    public Task DeleteAsync(StorefrontId storefront, CancellationToken cancel) => ledger.ExecuteAsync(
        """
        DELETE FROM webhook_endpoints WHERE storefront = @storefront;
        DELETE FROM webhook_deliveries WHERE storefront = @storefront
        """, new { storefront = storefront.Value }, cancel);

    public Task<List<WebhookDelivery>> ListAsync(StorefrontId storefront, bool dead, CancellationToken cancel)
    {
        var state = dead ? DeliveryState.Dead : DeliveryState.Pending;
        return ledger.ListAsync<WebhookDelivery>(
            WebhookSql.List, new { storefront = storefront.Value, state, limit = MaxListed }, cancel);
    }

    /// <summary>Sends a dead letter (all of them when none is named) once more; how many.</summary>
    public Task<int> ReplayAsync(StorefrontId storefront, string? id, CancellationToken cancel) =>
        ledger.ExecuteAsync(WebhookSql.Replay, new { storefront = storefront.Value, id }, cancel);
}
