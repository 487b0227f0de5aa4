using FlashSale.Admission;

namespace FlashSale.Sample;

/// <summary>The shop's own cart: the unit comes from the sale's inventory, the money is the shop's business.</summary>
internal static class Cart
{
    // One admission makes one reservation, however often it is redeemed.
    public static async Task<IResult> ShowAsync(HttpContext http, WaitingRoomClient line) =>
        await line.RedeemAsync(http.GetAdmittedShopper()!, http.RequestAborted) switch
        {
            Reserved { Reservation: { State: "sold" } sold } =>
                Page.Html($"<p>Unit {sold.Unit} is yours. Order {Page.Text(sold.OrderNumber)}."),
            Reserved { Reservation: var unit } => Page.Html($"""
                <h1>Unit {unit.Unit} is in your cart</h1><p>Pay by {unit.PayBy:O}.
                <form method="post" action="/pay"><button>Pay</button></form>
                <form method="post" action="/give-back"><button>Give it back</button></form>
                """),
            var other => Sorry(http, other),
        };

    public static Task<IResult> PayAsync(HttpContext http, WaitingRoomClient line) =>
        // A real shop takes the money before confirming, and refunds when that says 410 reservationEnded.
        WithUnitAsync(http, line, unit => line.ConfirmAsync(unit.Id, http.RequestAborted));

    public static Task<IResult> GiveBackAsync(HttpContext http, WaitingRoomClient line) =>
        WithUnitAsync(http, line, unit => line.GiveBackAsync(http.GetAdmittedShopper()!, unit.Id, http.RequestAborted));

    private static async Task<IResult> WithUnitAsync(
        HttpContext http, WaitingRoomClient line, Func<Reservation, Task<LedgerAnswer>> act)
    {
        var answer = await line.RedeemAsync(http.GetAdmittedShopper()!, http.RequestAborted);
        if (answer is Reserved { Reservation: var unit }) answer = await act(unit);
        if (answer is not Reserved { Reservation: var done }) return Sorry(http, answer);
        if (done.State == "released") http.ForgetAdmission();
        return Page.Html($"<p>{Page.Text(done.State)}: unit {done.Unit}. {Page.Text(done.OrderNumber)}");
    }

    private static IResult Sorry(HttpContext http, LedgerAnswer answer)
    {
        if (answer is not LedgerRefused refused)
            return Page.Html("<p>The ledger does not answer. Reload to try again; you keep your unit.", 503);
        if (refused.IsAdmissionOver) http.ForgetAdmission();
        return Page.Html($"""<p>Sorry: {Page.Text(refused.Code)}. <a href="/buy">Join the line again</a>""", 409);
    }
}
