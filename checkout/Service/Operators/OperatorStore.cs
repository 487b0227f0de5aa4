using System.Text.Json;
using System.Text.Json.Nodes;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Journal;
using FlashSale.Checkout.Ledger;

using MySqlConnector;

namespace FlashSale.Checkout.Operators;

/// <summary>Creates, changes and revokes operators. Each change is told in the journal, in its own transaction.</summary>
public sealed class OperatorStore(LedgerDatabase ledger)
{
    private const string All = "SELECT name, role, storefront, created_at, expires_at FROM operators";
    private const string Lock = All + " WHERE name = @name FOR UPDATE";

    /// <summary>An <see cref="OperatorRow"/> and @hash. Nothing when there is one of that name already.</summary>
    private const string Insert =
        """
        INSERT IGNORE INTO operators (name, role, storefront, key_hash, created_at, expires_at)
        VALUES (@name, @role, @storefront, @hash, @createdAt, @expiresAt)
        """;

    /// <summary>An <see cref="OperatorRow"/>.</summary>
    private const string Update =
        "UPDATE operators SET role = @role, storefront = @storefront, expires_at = @expiresAt WHERE name = @name";

    public async Task<IReadOnlyList<OperatorView>> ListAsync(CancellationToken cancel) =>
        [.. (await ledger.ListAsync<OperatorRow>(All + " ORDER BY name", null, cancel).ConfigureAwait(false)).Select(row => row.ToView())];

    public async Task<OperatorView?> FindAsync(string name, CancellationToken cancel) =>
        (await ledger.FindAsync<OperatorRow>(All + " WHERE name = @name", new { name }, cancel).ConfigureAwait(false))?.ToView();

    /// <summary>Applies the body: absent fields stay. The errors, or the operator: with the key when they are new.</summary>
    public Task<(OperatorView? Saved, bool Created, IReadOnlyList<string> Errors)> PutAsync(
        Operator who, string name, JsonElement body, CancellationToken cancel)
    {
        var (key, hash) = OperatorKeys.New();
        return ledger.ChangeAsync((change, stop) => PutAsync(change, who, name, body, key, hash, stop), cancel);
    }

    private static async Task<(OperatorView? Saved, bool Created, IReadOnlyList<string> Errors)> PutAsync(
        MySqlTransaction change, Operator who, string name, JsonElement body, string key, byte[] hash, CancellationToken cancel)
    {
        var before = await change.FindAsync<OperatorRow>(Lock, new { name }, cancel).ConfigureAwait(false);
        var now = await change.FindAsync<DateTime>("SELECT UTC_TIMESTAMP(3)", null, cancel).ConfigureAwait(false);
        var settings = new OperatorSettings(body);
        var wanted = settings.ApplyTo(before, name, now);
        var errors = settings.Errors;
        if (wanted.Storefront is { } shop && shop != before?.Storefront
            && await change.FindAsync<long>("SELECT COUNT(*) FROM storefronts WHERE id = @shop", new { shop }, cancel).ConfigureAwait(false) == 0)
            errors = [.. errors, $"storefront: there is no storefront '{shop}'"];
        if (errors.Count > 0) return (null, false, errors);
        // Created by this call already, when the answer to a commit was lost.
        if (wanted == before)
            return (wanted.ToView(await IsTheKeyAsync(change, name, hash, cancel).ConfigureAwait(false) ? key : null), false, errors);

        var with = new { name, hash, role = wanted.Role, storefront = wanted.Storefront, createdAt = wanted.CreatedAt, expiresAt = wanted.ExpiresAt };
        if (await change.RunAsync(before is null ? Insert : Update, with, cancel).ConfigureAwait(false) == 0)
            return await PutAsync(change, who, name, body, key, hash, cancel).ConfigureAwait(false); // Someone else has just created it.
        await NoteAsync(change, who, before is null ? "operator.create" : "operator.change", name, before?.Told(), wanted.Told(), cancel)
            .ConfigureAwait(false);
        return (wanted.ToView(before is null ? key : null), before is null, errors);
    }

    /// <summary>A new key, for one that was lost or stolen: the old one opens nothing from now on. Null: no such operator.</summary>
    public Task<string?> RenewKeyAsync(Operator who, string name, CancellationToken cancel)
    {
        var (key, hash) = OperatorKeys.New();
        return ledger.ChangeAsync(async (change, stop) =>
        {
            if (await change.FindAsync<OperatorRow>(Lock, new { name }, stop).ConfigureAwait(false) is null) return null;
            // Not a second time when the answer to a commit was lost.
            if (await IsTheKeyAsync(change, name, hash, stop).ConfigureAwait(false)) return key;
            await change.RunAsync("UPDATE operators SET key_hash = @hash WHERE name = @name", new { name, hash }, stop).ConfigureAwait(false);
            var told = new JsonObject { ["apiKey"] = JournalEntry.AnotherSecret };
            await NoteAsync(change, who, "operator.key", name, null, told, stop).ConfigureAwait(false);
            return (string?)key;
        }, cancel);
    }

    /// <summary>The key opens nothing from now on.</summary>
    public Task RevokeAsync(Operator who, string name, CancellationToken cancel) => ledger.ChangeAsync(async (change, stop) =>
    {
        var before = await change.FindAsync<OperatorRow>(Lock, new { name }, stop).ConfigureAwait(false);
        if (before is null) return before;
        await change.RunAsync("DELETE FROM operators WHERE name = @name", new { name }, stop).ConfigureAwait(false);
        await NoteAsync(change, who, "operator.revoke", name, before.Told(), null, stop).ConfigureAwait(false);
        return before;
    }, cancel);

    private static async Task<bool> IsTheKeyAsync(MySqlTransaction change, string name, byte[] hash, CancellationToken cancel) =>
        await change.FindAsync<long>(
            "SELECT COUNT(*) FROM operators WHERE name = @name AND key_hash = @hash", new { name, hash }, cancel).ConfigureAwait(false) > 0;

    private static Task NoteAsync(
        MySqlTransaction change, Operator who, string action, string name, JsonObject? before, JsonObject? after, CancellationToken cancel) =>
        new JournalEntry(action) { Subject = name, Before = before, After = after }.WriteAsync(change, who, cancel);
}
