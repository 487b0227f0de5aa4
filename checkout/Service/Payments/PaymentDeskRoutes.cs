using System.Text.Json;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Http;
using FlashSale.Checkout.Payments.Differences;
using FlashSale.Checkout.Payments.Refunds;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

namespace FlashSale.Checkout.Payments;

public static class PaymentDeskRoutes
{
    private const int MaxAnswer = 500;

    /// <summary>Adds to the operators' group.</summary>
    public static void MapPaymentDesk(this RouteGroupBuilder admin)
    {
        admin.MapGet("/payments", (PaymentDesk desk, CancellationToken cancel) => desk.ShowAsync(cancel))
            .Needs(OperatorRole.Viewer, OperatorReach.Everything);
        admin.MapPost("/payments/{attempt}/differences/{kind}/answer", AnswerAsync)
            .Needs(OperatorRole.Operator, OperatorReach.Everything);
        admin.MapRefundDesk();
    }

    private static async Task<IResult> AnswerAsync(
        string attempt, string kind, HttpContext context, DifferenceTable differences, CancellationToken cancel)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, cancel).ConfigureAwait(false);
        if (problem is not null) return problem;
        if (!body.TryGetProperty("answer", out var given) || given.ValueKind is not JsonValueKind.String
            || given.GetString() is not { Length: > 0 and <= MaxAnswer } answer)
            return Problem.Malformed.Result($"answer: must be what was done about it, in 1 to {MaxAnswer} characters");
        return Guid.TryParseExact(attempt, "N", out var id)
            && Enum.GetValues<DifferenceKind>().FirstOrDefault(one => ReservationView.Name(one) == kind) is var which and not 0
            && await differences.AnswerAsync(Operator.Of(context), id, which, answer, cancel).ConfigureAwait(false)
                ? Results.Json(new { attempt, kind, answer }, Wire.Json) : Problem.NotFound.Result();
    }
}
