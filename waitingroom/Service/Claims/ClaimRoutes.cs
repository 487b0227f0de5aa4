using System.Text.Json;

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
        group.MapGet("/sales/{sale}/line", (string sale, SaleCatalog catalog, Pump pump) =>
        {
            if (!SaleId.TryParse(sale, out var id)) return Problem.Malformed.Result();
            if (catalog.Find(id) is null) return Problem.UnknownSale.Result();
            return pump.Numbers(id) is { } numbers
                ? Results.Json(numbers, Wire.Json)
                : Problem.Unavailable.Result("another waiting room leads, or none does");
        });
    }

    private static async Task<IResult> ClaimAsync(
        HttpRequest request, SaleCatalog catalog, LineRedis redis, AdmissionIssuer issuer, CancellationToken cancel)
    {
        if (!request.HasJsonContentType()) return Problem.UnsupportedMediaType.Result();
        ClaimRequest? claim;
        try
        {
            claim = await request.ReadFromJsonAsync<ClaimRequest>(Wire.Json, cancel).ConfigureAwait(false);
        }
        catch (JsonException)
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
            return await AnswerAsync(claim, sale, catalog, redis, issuer).ConfigureAwait(false);
        }
        catch (LineUnavailableException)
        {
            return Problem.Unavailable.Result("the line is not reachable");
        }
    }

    private static async Task<IResult> AnswerAsync(
        ClaimRequest claim, Sale sale, SaleCatalog catalog, LineRedis redis, AdmissionIssuer issuer)
    {
        var (keys, place) = (new LineKeys(sale.Id), new Place(claim.Epoch, claim.Number));
        var answer = await redis.RunAsync(
            Script.Claim, [keys.Line, keys.Admitted, keys.Held, keys.Places(place.Epoch)],
            [LineKeys.Field(place), (long)place.Number, catalog.Clock.GetUtcNow().ToUnixTimeSeconds()])
            .ConfigureAwait(false);
        if (answer.IsNull) return Problem.Unavailable.Result("the line is being rebuilt");

        var (state, unit, redeemBy) = ((int)answer[0], (int)answer[1], (long)answer[2]);
        return state switch
        {
            0 => Problem.NotYourTurn.Result(),
            5 => Problem.AlreadyBought.Result(),
            // After a loss of Redis the ledger says what is in a cart, but not until when it could have been put there.
            3 or 6 when unit > 0 => Results.Json(
                issuer.Issue(
                    sale, place, claim.Shopper, unit,
                    redeemBy > 0 ? redeemBy : catalog.Clock.GetUtcNow().ToUnixTimeSeconds(), inCart: state == 3), Wire.Json),
            _ => Problem.AdmissionMissed.Result(),
        };
    }
}
