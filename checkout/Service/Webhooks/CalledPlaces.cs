using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;

namespace FlashSale.Checkout.Webhooks;

/// <summary>
/// What edges know of places and storefronts have asked to be told: <c>place.soon</c>. It is sent as all other events are,
/// though beside them and only while it is of use; and once: the same news has the same id.
/// </summary>
internal static class CalledPlaces
{
    /// <summary>Of what edges make up as a place's name.</summary>
    private const int MaxPlace = 40;

    public static void MapCalledPlaces(this RouteGroupBuilder services) => services.MapPost("/called/{sale}", TellAsync);

    private static async Task<IResult> TellAsync(
        string sale, CalledPlace place, SaleCatalog catalog, LedgerDatabase ledger, LedgerClock clock, CancellationToken cancel)
    {
        if (!SaleId.TryParse(sale, out var id) || !ShopperId.TryParse(place.Shopper, out var shopper)
            || place is not { Place: { Length: > 0 and <= MaxPlace } which, What: "soon" or "turn" or "passedOver" or "anew" })
            return Problem.Malformed.Result();
        if (await catalog.FindAsync(id, cancel).ConfigureAwait(false) is not { } row) return Problem.UnknownSale.Result();
        var storefront = row.Sale.Storefront.Value;
        if (await ledger.FindAsync<string>(WebhookSql.Url, new { storefront }, cancel).ConfigureAwait(false) is null)
            return Problem.NotFound.Result();
        var told = WebhookEvent.OfPlace(id, which, shopper, place.What, place.Until, clock.GetUtcNow());
        await ledger.ExecuteAsync(
            WebhookSql.Add, new { storefront, id = told.Id, type = told.Type, body = told.Body }, cancel).ConfigureAwait(false);
        return Results.NoContent();
    }
}
