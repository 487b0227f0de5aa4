using System.Text.Json;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Journal;
using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

namespace FlashSale.Checkout.Internal;

/// <summary>
/// Who may change the waiting rooms' signing keys, and the journal of it. Their files are in no transaction of the ledger's: the row
/// is written first, so that no change is without one, and then what came of it.
/// </summary>
internal static class KeyChangeRoutes
{
    private const int MaxText = 200;

    public static void MapKeyChanges(this RouteGroupBuilder services)
    {
        services.MapPost("/keys/changes", BeginAsync);
        services.MapPut("/keys/changes/{entry}", async (long entry, JsonElement after, LedgerDatabase ledger, CancellationToken cancel) =>
            await ledger.ExecuteAsync(JournalSql.Done, new { no = entry, after = after.GetRawText() }, cancel).ConfigureAwait(false) > 0
                ? Results.NoContent() : Problem.NotFound.Result());
    }

    private static async Task<IResult> BeginAsync(KeyChange change, OperatorKeys keys, LedgerDatabase ledger, CancellationToken cancel)
    {
        if (change is not { Action: "key.rotate" or "key.revoke", Kid: null or { Length: <= MaxText }, From: { Length: <= MaxText } from })
            return Problem.Malformed.Result();
        var who = change.Key is null ? new Operator(Operator.AdminKey, OperatorRole.Admin, null, from)
            : await keys.FindAsync(change.Key, from, cancel).ConfigureAwait(false);
        if (change.Key is null) OperatorMetrics.AdminKey();
        else if (who is null) OperatorMetrics.WrongKey();
        if (who is null) return Problem.ApiKeyInvalid.Result();
        if (who is not { Role: OperatorRole.Admin, Storefront: null }) return Problem.NotAllowed.Result();
        var entry = await new JournalEntry(change.Action) { Subject = change.Kid }.WriteAsync(ledger, who, cancel).ConfigureAwait(false);
        return Results.Json(new KeyChangeNoted(entry), Wire.Json);
    }
}
