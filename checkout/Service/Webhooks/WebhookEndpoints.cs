using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Journal;
using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

using MySqlConnector;

namespace FlashSale.Checkout.Webhooks;

/// <summary>Which storefront is told, where, and what could not be delivered.</summary>
public sealed class WebhookEndpoints(LedgerDatabase ledger)
{
    /// <summary>Dead letters are shown so many at a time.</summary>
    public const int MaxListed = 200;

    /// <summary>Registers or moves the endpoint of a storefront that there is.</summary>
    /// <param name="who">Of whom the journal tells.</param>
    /// <returns>Whether there is one, and the secret: once, when the endpoint is new.</returns>
    public Task<(bool Found, string? Secret)> PutAsync(Operator who, StorefrontId storefront, string url, CancellationToken cancel) =>
        ledger.ChangeAsync(async (change, stop) =>
        {
            var secret = RandomNumberGenerator.GetBytes(WebhookSignature.SecretBytes);
            var with = new { storefront = storefront.Value, url, secret };
            var before = await change.FindAsync<string>(WebhookSql.LockUrl, with, stop).ConfigureAwait(false);
            if (before is null && await change.RunAsync(WebhookSql.Register, with, stop).ConfigureAwait(false) == 1)
            {
                await NoteAsync(change, who, "webhook.set", storefront, null, Told(url), stop).ConfigureAwait(false);
                return (true, (string?)WebhookSignature.Show(secret));
            }
            before ??= await change.FindAsync<string>(WebhookSql.LockUrl, with, stop).ConfigureAwait(false);
            if (before is null || before == url) return (before is not null, null);
            await change.RunAsync(WebhookSql.Move, with, stop).ConfigureAwait(false);
            await NoteAsync(change, who, "webhook.set", storefront, Told(before), Told(url), stop).ConfigureAwait(false);
            return (true, null);
        }, cancel);

    /// <summary>Forgets the endpoint and what was to be sent there.</summary>
    public Task DeleteAsync(Operator who, StorefrontId storefront, CancellationToken cancel) => ledger.ChangeAsync(async (change, stop) =>
    {
        var with = new { storefront = storefront.Value };
        var before = await change.FindAsync<string>(WebhookSql.LockUrl, with, stop).ConfigureAwait(false);
        await change.RunAsync(WebhookSql.Remove, with, stop).ConfigureAwait(false);
        if (before is not null) await NoteAsync(change, who, "webhook.forget", storefront, Told(before), null, stop).ConfigureAwait(false);
        return before;
    }, cancel);

    public Task<List<WebhookDelivery>> ListAsync(StorefrontId storefront, bool dead, CancellationToken cancel)
    {
        var state = dead ? DeliveryState.Dead : DeliveryState.Pending;
        return ledger.ListAsync<WebhookDelivery>(
            WebhookSql.List, new { storefront = storefront.Value, state, limit = MaxListed }, cancel);
    }

    /// <summary>Sends a dead letter (all of them when none is named) once more; how many.</summary>
    public Task<int> ReplayAsync(Operator who, StorefrontId storefront, string? id, CancellationToken cancel) =>
        ledger.ChangeAsync(async (change, stop) =>
        {
            var replayed = await change.RunAsync(WebhookSql.Replay, new { storefront = storefront.Value, id }, stop).ConfigureAwait(false);
            var told = new JsonObject { ["event"] = id, ["replayed"] = replayed };
            if (replayed > 0) await NoteAsync(change, who, "webhook.replay", storefront, null, told, stop).ConfigureAwait(false);
            return replayed;
        }, cancel);

    private static Task NoteAsync(
        MySqlTransaction change, Operator who, string action, StorefrontId storefront, JsonObject? before, JsonObject? after,
        CancellationToken cancel) =>
        new JournalEntry(action) { Storefront = storefront, Before = before, After = after }.WriteAsync(change, who, cancel);

    /// <summary>Where it is, but not the rest: what follows the host is a secret at many a receiver.</summary>
    private static JsonObject Told(string url) =>
        new() { ["url"] = new Uri(url).GetLeftPart(UriPartial.Authority) + "/…", ["sha256"] = Digest(url) };

    /// <summary>Tells one address of a host from another.</summary>
    private static string Digest(string url) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)))[..12];
}
