using System.Text.Json;

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.WaitingRoom.Ledger;
using FlashSale.WaitingRoom.Pumping;

namespace FlashSale.WaitingRoom.Claims;

/// <summary>The internal routes: claims for the edges, pokes and numbers for the checkout.</summary>
public static class ClaimRoutes
{
    public static void MapLine(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapInternal();
        group.MapPost("/claims", ClaimAsync);
        group.MapPost("/poke", (Pump pump) =>
        {
            pump.Poke();
            return Results.Accepted();
        });
        group.MapGet("/sales/{sale}/line", (string sale, PulledSales catalog, Pump pump) =>
        {
            if (!SaleId.TryParse(sale, out var id)) return Problem.Malformed.Result();
            if (catalog.Find(id) is null) return Problem.UnknownSale.Result();
            return pump.Numbers(id) is { } numbers
                ? Results.Json(numbers, Wire.Json)
                : Problem.Unavailable.Result("another waiting room leads, or none does");
        });
        group.MapGet("/sales/{sale}/admissions", AdmissionsAsync);
    }

    private static async Task<IResult> AdmissionsAsync(string sale, PulledSales catalog, Pump pump, ILineServer redis)
    {
        if (!SaleId.TryParse(sale, out var id)) return Problem.Malformed.Result();
        if (catalog.Find(id) is null) return Problem.UnknownSale.Result();
        if (pump.Numbers(id) is null) return Problem.Unavailable.Result("another waiting room leads, or none does");
        try
        {
            return Results.Json((await new LineStore(id, redis).AdmittedAsync().ConfigureAwait(false)).Select(
                one => new LineAdmission(AdmittedPlace.Id(one.Place, one.Unit), one.Unit, one.RedeemBy)), Wire.Json);
        }
        catch (LineUnavailableException)
        {
            return Problem.Unavailable.Result("the line is not reachable");
        }
    }

    private static async Task<IResult> ClaimAsync(
        HttpRequest request, PulledSales catalog, Claiming claims, AdmissionIssuer issuer, CancellationToken cancel)
    {
        if (!request.HasJsonContentType()) return Problem.UnsupportedMediaType.Result();
        ClaimRequest? claim;
        try
        {
            claim = await request.ReadFromJsonAsync<ClaimRequest>(Wire.Json, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // Half a letter is the latter.
        {
            return Problem.Malformed.Result();
        }
        catch (BadHttpRequestException error)
        {
            return error.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Problem.TooLarge.Result() : Problem.Malformed.Result();
        }

        if (claim is null || claim.Sale.Value is null || !ShopperId.TryParse(claim.Shopper, out _))
            return Problem.Malformed.Result();
        // An edge asks only for sales that exist: one that is not known here is new, or this room is.
        if (catalog.Find(claim.Sale) is not { } sale)
            return Problem.Unavailable.Result("the sale is not known here yet");
        try
        {
            return await AnswerAsync(claim, sale, claims, issuer).ConfigureAwait(false);
        }
        catch (LineUnavailableException)
        {
            return Problem.Unavailable.Result("the line is not reachable");
        }
    }

    private static async Task<IResult> AnswerAsync(ClaimRequest claim, Sale sale, Claiming claims, AdmissionIssuer issuer)
    {
        var place = new Place(claim.Epoch, claim.Number);
        return await claims.ClaimAsync(sale.Id, place).ConfigureAwait(false) switch
        {
            ClaimOutcome.Admitted turn => Issued(turn.Unit, turn.RedeemBy, inCart: false),
            ClaimOutcome.InCart cart => Issued(cart.Unit, cart.RedeemBy, inCart: true),
            ClaimOutcome.NotYourTurn => Problem.NotYourTurn.Result(),
            ClaimOutcome.AlreadyBought => Problem.AlreadyBought.Result(),
            ClaimOutcome.Rebuilding => Problem.Unavailable.Result("the line is being rebuilt"),
            _ => Problem.AdmissionMissed.Result(),
        };

        IResult Issued(int unit, long redeemBy, bool inCart) =>
            Results.Json(issuer.Issue(sale, place, claim.Shopper, unit, redeemBy, inCart), Wire.Json);
    }
}
