using FlashSale.Checkout.Access;
using FlashSale.Checkout.Http;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

namespace FlashSale.Checkout.Payments.Refunds;

/// <summary>Money that goes back: an operator's call, and that of a storefront's server about its own sales.</summary>
public static class RefundRoutes
{
    /// <summary><c>POST /reservations/{id}/refund</c>, with the storefront's API key.</summary>
    public static void MapRefunds(this IEndpointRouteBuilder routes) => routes.MapNotStored().MapPost(
        "/reservations/{id}/refund", async (
            string id, HttpContext context, ReservationAccess access, RefundTable refunds, CancellationToken cancel) =>
        {
            var (row, problem) = await access.FindAsync(context, id, cancel, storefrontOnly: true).ConfigureAwait(false);
            return row is null ? problem! : await RefundAsync(context, row.PublicId, refunds, cancel).ConfigureAwait(false);
        });

    /// <summary><c>POST /admin/reservations/{id}/refund</c>; adds to the operators' group.</summary>
    public static void MapRefundDesk(this RouteGroupBuilder admin) => admin.MapPost(
        "/reservations/{id}/refund", async (
            string id, HttpContext context, ReservationTable reservations, RefundTable refunds, CancellationToken cancel) =>
            ReservationId.TryParse(id, out var reservation)
            && await reservations.FindAsync(reservation.Value, cancel).ConfigureAwait(false) is { } row && row.PublicId == reservation
                ? await RefundAsync(context, reservation, refunds, cancel).ConfigureAwait(false)
                : Problem.NotFound.Result()).Needs(OperatorRole.Operator, OperatorReach.Reservation);

    private static async Task<IResult> RefundAsync(
        HttpContext context, ReservationId id, RefundTable refunds, CancellationToken cancel)
    {
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (!PaymentRoutes.IsKey(key))
            return Problem.Malformed.Result($"send an Idempotency-Key of 1–{PaymentRoutes.MaxKey} printable characters");
        var (body, malformed) = await JsonBody.ReadAsync(context.Request, cancel).ConfigureAwait(false);
        if (malformed is not null) return malformed;
        if (RefundRule.Read(body) is not { } rule)
            return Problem.Malformed.Result("unit: must be resell or withdraw; mayJoinAgain: must be true or false");
        return await refunds.BeginAsync(Operator.Of(context), id.Value, key, rule, cancel).ConfigureAwait(false) switch
        {
            RefundOutcome.Begun { Reservation: var row } => Results.Json(
                ReservationView.Of(row), Wire.Json, statusCode: StatusCodes.Status202Accepted),
            RefundOutcome.KeyReused => Problem.IdempotencyKeyReused.Result(),
            RefundOutcome.NotSold => Problem.NotSold.Result(),
            RefundOutcome.NotSettled => Problem.PaymentInProgress.Result(),
            RefundOutcome.LastUnit => Problem.InventoryInUse.Result("a sale keeps one unit at least: sell it again, or end the sale"),
            _ => Problem.NotFound.Result(),
        };
    }
}
