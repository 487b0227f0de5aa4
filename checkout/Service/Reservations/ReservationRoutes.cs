using System.Text.Json;

using FlashSale.Checkout.Http;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.Storefronts;
using FlashSale.Contract;

namespace FlashSale.Checkout.Reservations;

/// <summary>What shoppers and storefronts' servers do with reservations.</summary>
public static class ReservationRoutes
{
    public static void MapReservations(this IEndpointRouteBuilder routes)
    {
        var shoppers = routes.MapNotStored();
        shoppers.MapPost("/sales/{sale}/reservations", ReserveAsync);
        shoppers.MapGet("/reservations/{id}", async (
            string id, HttpContext context, ReservationAccess access, ArePaymentsDown arePaymentsDown,
            CancellationToken cancel) =>
        {
            var (row, problem) = await access.FindAsync(context, id, cancel).ConfigureAwait(false);
            return row is null ? problem! : Json(row, providerDown: arePaymentsDown());
        });
        shoppers.MapDelete("/reservations/{id}", CancelAsync);
        shoppers.MapPost("/reservations/{id}/confirm", ConfirmAsync);
    }

    private static async Task<IResult> ReserveAsync(
        string sale, HttpContext context, ReservationAccess access, SaleCatalog catalog, ReservationTable reservations,
        CancellationToken cancel)
    {
        if (!SaleId.TryParse(sale, out var id)) return Problem.Malformed.Result("not a sale id");
        var (body, malformed) = await JsonBody.ReadAsync(context.Request, cancel).ConfigureAwait(false);
        if (malformed is not null) return malformed;
        var (outcome, problem) = await RedeemAsync(context, id, body, access, catalog, reservations, cancel).ConfigureAwait(false);
        return outcome switch
        {
            null => problem!,
            ReserveOutcome.Reserved made => Json(made.Reservation, StatusCodes.Status201Created),
            ReserveOutcome.Repeated made => Json(made.Reservation),
            ReserveOutcome.AlreadyReserved other =>
                Problem.AlreadyReserved.Result(extensions: ("reservation", other.Reservation.ToString())),
            ReserveOutcome.UnitTaken => Problem.NotYourTurn.Result("the unit is gone; you are next in line for another"),
            _ => Refusal(outcome).Result(),
        };
    }

    /// <summary>Turns the request's admission into a reservation: what became of it, or the problem with the request.</summary>
    internal static async Task<(ReserveOutcome? Outcome, IResult? Problem)> RedeemAsync(
        HttpContext context, SaleId sale, JsonElement body, ReservationAccess access, SaleCatalog catalog,
        ReservationTable reservations, CancellationToken cancel)
    {
        var (admission, byStorefront, problem) = await access.AdmitAsync(context, sale, body, cancel).ConfigureAwait(false);
        if (admission is null) return (null, problem);
        if (await catalog.FindAsync(sale, cancel).ConfigureAwait(false) is not { } row)
            return (null, Problem.UnknownSale.Result());
        if (admission.Storefront != row.Sale.Storefront.Value || !ShopperId.TryParse(admission.Shopper, out var shopper))
            return (null, Problem.AdmissionInvalid.Result());
        return (await reservations.ReserveAsync(new Redemption(
            row.No, admission.Id, shopper, admission.Unit, admission.Place, admission.RedeemBy, byStorefront),
            cancel).ConfigureAwait(false), null);
    }

    /// <summary>What an outcome that is no reservation is called.</summary>
    internal static Problem Refusal(ReserveOutcome outcome) => outcome switch
    {
        ReserveOutcome.AdmissionSpent => Problem.AdmissionSpent,
        ReserveOutcome.AdmissionMissed => Problem.AdmissionMissed,
        ReserveOutcome.AlreadyReserved => Problem.AlreadyReserved,
        ReserveOutcome.AlreadyBought => Problem.AlreadyBought,
        ReserveOutcome.SaleEnded => Problem.SaleEnded,
        ReserveOutcome.UnitTaken => Problem.NotYourTurn,
        _ => Problem.Unavailable,
    };

    private static async Task<IResult> CancelAsync(
        string id, HttpContext context, ReservationAccess access, ReservationTable reservations, CancellationToken cancel)
    {
        var (row, problem) = await access.FindAsync(context, id, cancel).ConfigureAwait(false);
        if (row is null) return problem!;
        var byStorefront = StorefrontApiKeys.IsKey(BearerToken.Of(context));
        var outcome = byStorefront
            ? await reservations.ReleaseAsync(row.Id, ReleaseReason.Cancelled, cancel).ConfigureAwait(false)
            : await reservations.GiveBackAsync(row.Id, cancel).ConfigureAwait(false);
        return outcome switch
        {
            TransitionOutcome.Done done => Json(done.Reservation),
            TransitionOutcome.Refused { Reservation.ByStorefront: true } when !byStorefront => Problem.NotFound.Result(),
            TransitionOutcome.Refused { Reservation.State: ReservationState.Sold or ReservationState.Refunding } =>
                Problem.AlreadyBought.Result(),
            TransitionOutcome.Refused { Reservation.State: ReservationState.Refunded } => Problem.ReservationEnded.Result(),
            TransitionOutcome.Refused => Problem.PaymentInProgress.Result(),
            _ => Problem.NotFound.Result(),
        };
    }

    private static async Task<IResult> ConfirmAsync(
        string id, HttpContext context, ReservationAccess access, ReservationTable reservations, CancellationToken cancel)
    {
        var (row, problem) = await access.FindAsync(context, id, cancel, storefrontOnly: true).ConfigureAwait(false);
        if (row is null) return problem!;
        var outcome = await reservations.ConfirmAsync(row.Id, cancel).ConfigureAwait(false);
        return outcome switch
        {
            TransitionOutcome.Done done => Json(done.Reservation),
            TransitionOutcome.Refused { Reservation.State: ReservationState.Securing } => Problem.PaymentInProgress.Result(),
            TransitionOutcome.Refused { Reservation.State: ReservationState.Sold } => Problem.AlreadyBought.Result(),
            TransitionOutcome.Refused => Problem.ReservationEnded.Result(),
            _ => Problem.NotFound.Result(),
        };
    }

    private static IResult Json(Reservation row, int status = StatusCodes.Status200OK, bool providerDown = false) =>
        Results.Json(ReservationView.Of(row, providerDown), Wire.Json, statusCode: status);
}
