using System.Data;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Journal;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.WaitingRooms;
using FlashSale.Contract;

using MySqlConnector;

namespace FlashSale.Checkout.Sales;

/// <summary>Creates and changes sales, one change of a sale at a time.</summary>
public sealed class SaleStore(LedgerDatabase ledger, SaleCatalog catalog, Poker poker, TimeProvider clock)
{
    /// <summary>
    /// Applies the settings in <paramref name="body"/>; changes nothing (not even the revision) when all are as they were.
    /// </summary>
    /// <param name="who">Of whom the journal tells.</param>
    /// <param name="create">Whether an unknown sale is created (PUT) or refused (PATCH).</param>
    public async Task<SaleOutcome> ChangeAsync(Operator who, SaleId id, JsonElement body, bool create, CancellationToken cancel)
    {
        var outcome = await ledger.RunAsync(async (connection, stop) =>
        {
            await using var change = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop)
                .ConfigureAwait(false);
            var result = await ChangeAsync(change, who, id, body, create, stop).ConfigureAwait(false);
            if (result is SaleOutcome.Saved) await change.CommitAsync(stop).ConfigureAwait(false);
            return result;
        }, cancel).ConfigureAwait(false);
        if (outcome is SaleOutcome.Saved)
        {
            await catalog.ReadAsync(cancel).ConfigureAwait(false);
            poker.Poke();
        }
        return outcome;
    }

    private async Task<SaleOutcome> ChangeAsync(
        MySqlTransaction change, Operator who, SaleId id, JsonElement body, bool create, CancellationToken cancel)
    {
        var before = await LockAsync(change, id, cancel).ConfigureAwait(false);
        if (before is null && !create) return new SaleOutcome.Unknown();
        if (before is not null && !who.MayReach(before.Sale.Storefront)) return new SaleOutcome.NotTheirs();

        var now = await change.FindAsync<DateTime>("SELECT UTC_TIMESTAMP(3)", null, cancel).ConfigureAwait(false);
        var settings = new SaleSettings(body);
        var old = before?.Sale ?? SaleSettings.New(id, now, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var wanted = settings.ApplyTo(old, isNew: before is null, now);
        var errors = settings.Errors;
        if (wanted.Storefront != before?.Sale.Storefront
            && !await StorefrontExistsAsync(change, wanted.Storefront, cancel).ConfigureAwait(false))
            errors = [.. errors, $"storefront: there is no storefront '{wanted.Storefront}'"];
        if (errors.Count > 0) return new SaleOutcome.Invalid(errors);
        if (!who.MayReach(wanted.Storefront)) return new SaleOutcome.NotTheirs();
        if (wanted.Price != before?.Sale.Price && Currencies.WhyNotPayable(wanted.Price) is { } reason)
            return new SaleOutcome.NotPayable(reason);

        if (before is null)
        {
            var first = SaleColumns.Of(wanted with { MaxUnit = wanted.Inventory });
            if (await change.RunAsync(SaleSql.Insert, first, cancel).ConfigureAwait(false) > 0)
            {
                await NoteAsync(change, who, null, wanted, cancel).ConfigureAwait(false);
                return new SaleOutcome.Saved((await LockAsync(change, id, cancel).ConfigureAwait(false))!, Created: true);
            }
            // Someone else has just created it.
            return await ChangeAsync(change, who, id, body, create, cancel).ConfigureAwait(false);
        }

        if (wanted == before.Sale) return new SaleOutcome.Saved(before, Created: false);
        var maxUnit = await Inventory.ChangeAsync(
            change, before, wanted.Inventory, () => Guid.CreateVersion7(clock.GetUtcNow()), cancel).ConfigureAwait(false);
        if (maxUnit is null) return new SaleOutcome.InventoryInUse();
        wanted = wanted with { MaxUnit = maxUnit.Value };
        await change.RunAsync(SaleSql.Update, SaleColumns.Of(wanted), cancel).ConfigureAwait(false);
        await NoteAsync(change, who, before.Sale, wanted, cancel).ConfigureAwait(false);
        return new SaleOutcome.Saved(before with { Sale = wanted }, Created: false);
    }

    private static Task NoteAsync(MySqlTransaction change, Operator who, Sale? before, Sale after, CancellationToken cancel) =>
        new JournalEntry(before is null ? "sale.create" : "sale.change")
        {
            Sale = after.Id,
            Storefront = after.Storefront,
            Before = Told(before),
            After = Told(after),
        }.WriteAsync(change, who, cancel);

    /// <summary>What an operator sets; never the seed, which nobody may know before the start.</summary>
    private static JsonObject? Told(Sale? sale)
    {
        if (sale is null) return null;
        var told = JournalEntry.Json(sale with { Seed = "" });
        foreach (var own in new[] { "id", "seed", "maxUnit" }) told.Remove(own);
        return told;
    }

    private static async Task<SaleRow?> LockAsync(MySqlTransaction change, SaleId id, CancellationToken cancel) =>
        (await change.FindAsync<SaleColumns>(SaleSql.Lock, new { id = id.Value }, cancel).ConfigureAwait(false))?.ToRow();

    private static async Task<bool> StorefrontExistsAsync(
        MySqlTransaction change, StorefrontId id, CancellationToken cancel) =>
        await change.FindAsync<long>(
            "SELECT COUNT(*) FROM storefronts WHERE id = @id", new { id = id.Value }, cancel).ConfigureAwait(false) > 0;
}
