using System.Data;
using System.Text.Json;
using System.Text.Json.Nodes;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Journal;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;

using MySqlConnector;

namespace FlashSale.Checkout.Storefronts;

/// <summary>Creates and changes storefronts.</summary>
public sealed class StorefrontStore(LedgerDatabase ledger, SaleCatalog catalog)
{
    /// <summary>A storefront as operators see it: never its secret; its API key once, when it is made.</summary>
    public sealed record View(
        StorefrontId Id, string Name, IReadOnlyList<string> ReturnOrigins, string? JwksUrl, bool HasEnqueueSecret,
        Look? Look, string? ApiKey);

    /// <summary>Applies the body: absent fields stay. The errors, or the storefront and whether it is new.</summary>
    public async Task<(View? Saved, bool Created, IReadOnlyList<string> Errors)> PutAsync(
        Operator who, StorefrontId id, JsonElement body, CancellationToken cancel)
    {
        var (key, hash) = StorefrontApiKeys.New();
        var result = await ledger.RunAsync(async (connection, stop) =>
        {
            await using var change = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop)
                .ConfigureAwait(false);
            // Made first and locked by it, so that two creations cannot both think they were the one.
            var created = await change.RunAsync(
                $"INSERT IGNORE INTO storefronts (id, name, return_origins, revision) VALUES (@id, @id, '[]', {Revision.First})",
                new { id = id.Value }, stop).ConfigureAwait(false) > 0;
            var row = await change.FindAsync<StorefrontColumns>(StorefrontColumns.Lock, new { id = id.Value }, stop)
                .ConfigureAwait(false);
            var settings = new StorefrontSettings(body);
            var old = row!.ToStorefront();
            var wanted = settings.ApplyTo(old);
            if (settings.Errors.Count > 0) return (null, false, settings.Errors);
            var keyed = await change.RunAsync(
                """
                UPDATE storefronts SET api_key_hash = @hash
                WHERE id = @id AND (api_key_hash IS NULL OR api_key_hash = @hash)
                """, new { id = id.Value, hash }, stop).ConfigureAwait(false) > 0;
            if (created || !Same(old, wanted))
            {
                await change.RunAsync(
                    $"""
                    UPDATE storefronts SET name = @name, return_origins = @origins, enqueue_secret = @secret,
                      jwks_url = @jwks, look = @look, revision = {Revision.Next} WHERE id = @id
                    """,
                    new
                    {
                        id = id.Value,
                        name = wanted.Name,
                        origins = JsonSerializer.Serialize(wanted.ReturnOrigins),
                        secret = wanted.EnqueueSecret,
                        jwks = wanted.JwksUrl,
                        look = wanted.Look is null ? null : JsonSerializer.Serialize(wanted.Look, Wire.Json),
                    }, stop).ConfigureAwait(false);
                await new JournalEntry(created ? "storefront.create" : "storefront.change")
                {
                    Storefront = id,
                    Before = created ? null : Told(old),
                    After = Told(wanted, created ? null : old),
                }.WriteAsync(change, who, stop).ConfigureAwait(false);
            }
            if (keyed && !created) await NoteKeyAsync(change, who, id, stop).ConfigureAwait(false);

            await change.CommitAsync(stop).ConfigureAwait(false);
            return ((View?)Of(wanted, keyed ? key : null), created, settings.Errors);
        }, cancel).ConfigureAwait(false);
        if (result.Item1 is not null) await catalog.ReadAsync(cancel).ConfigureAwait(false);
        return result;
    }

    /// <summary>
    /// A new API key, for one that was lost or stolen: the old one opens nothing from now on. Null: no such storefront.
    /// </summary>
    public Task<string?> RenewKeyAsync(Operator who, StorefrontId id, CancellationToken cancel)
    {
        var (key, hash) = StorefrontApiKeys.New();
        return ledger.ChangeAsync(async (change, stop) =>
        {
            var with = new { id = id.Value, hash };
            var changed = await change.RunAsync(
                "UPDATE storefronts SET api_key_hash = @hash WHERE id = @id AND (api_key_hash IS NULL OR api_key_hash <> @hash)",
                with, stop).ConfigureAwait(false) > 0;
            if (changed) await NoteKeyAsync(change, who, id, stop).ConfigureAwait(false);
            // Changed by this call already, when the answer to a commit was lost.
            return changed || await change.FindAsync<long>(
                "SELECT COUNT(*) FROM storefronts WHERE id = @id AND api_key_hash = @hash", with, stop).ConfigureAwait(false) > 0
                ? key : null;
        }, cancel);
    }

    private static Task NoteKeyAsync(MySqlTransaction change, Operator who, StorefrontId id, CancellationToken cancel) =>
        new JournalEntry("storefront.key")
        {
            Storefront = id,
            After = new JsonObject { ["apiKey"] = JournalEntry.AnotherSecret },
        }.WriteAsync(change, who, cancel);

    /// <summary>What the journal tells: of the secret only whether there is one, and whether it is another now.</summary>
    private static JsonObject Told(Storefront storefront, Storefront? before = null)
    {
        var told = JournalEntry.Json(Of(storefront));
        foreach (var own in new[] { "id", "apiKey", "hasEnqueueSecret" }) told.Remove(own);
        told["enqueueSecret"] = storefront.EnqueueSecret is null ? null
            : before?.EnqueueSecret is { } old && old != storefront.EnqueueSecret ? JournalEntry.AnotherSecret : JournalEntry.Secret;
        return told;
    }

    public static View Of(Storefront storefront, string? apiKey = null)
    {
        ArgumentNullException.ThrowIfNull(storefront);
        return new View(storefront.Id, storefront.Name, storefront.ReturnOrigins, storefront.JwksUrl,
            storefront.EnqueueSecret is not null, storefront.Look, apiKey);
    }

    private static bool Same(Storefront a, Storefront b) =>
        a with { ReturnOrigins = b.ReturnOrigins, Look = b.Look } == b && a.ReturnOrigins.SequenceEqual(b.ReturnOrigins)
        && JsonSerializer.Serialize(a.Look) == JsonSerializer.Serialize(b.Look);
}
