using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Reservations;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Shop;

/// <summary>
/// The cart of a browser without script: plain forms. Each is answered by a redirect to the page that shows what became of
/// it, so that loading again sends nothing again. Whose order it is, the admission says, as everywhere.
/// </summary>
public static class OrderRoutes
{
    private const int MaxField = 128;

    /// <summary>In the address of a page that leads on to the provider's own.</summary>
    private const string Go = "go";
    private static readonly JsonElement s_noBody = JsonSerializer.SerializeToElement(new { });

    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/shop/{sale}/order", TakeAsync);
        routes.MapGet("/shop/{sale}/order/{id}", ShowAsync);
        routes.MapPost("/shop/{sale}/order/{id}", ActAsync);
    }

    /// <summary>Puts the admitted unit in the cart.</summary>
    private static async Task TakeAsync(
        HttpContext context, string sale, ReservationAccess access, SaleCatalog catalog, ReservationTable reservations)
    {
        if (await ShopRoutes.FindAsync(context, sale).ConfigureAwait(false) is not { } listing) return;
        if (await ShopRoutes.FormAsync(context).ConfigureAwait(false) is null) return;
        var (outcome, problem) = await ReservationRoutes.RedeemAsync(
            context, listing.Sale.Id, s_noBody, access, catalog, reservations, context.RequestAborted).ConfigureAwait(false);
        var id = outcome switch
        {
            ReserveOutcome.Reserved made => made.Reservation.PublicId,
            ReserveOutcome.Repeated made => made.Reservation.PublicId,
            ReserveOutcome.AlreadyReserved other => other.Reservation,
            _ => (ReservationId?)null,
        };
        if (id is { } reservation) SeeOther(context, reservation);
        else await RefuseAsync(context, listing, outcome is null ? Problem.Of(problem!)! : ReservationRoutes.Refusal(outcome))
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Who comes back from the bank has the provider's parameters in the address, one of which lets a page act on the payment:
    /// the payment goes on, and the address is made clean at once.
    /// </summary>
    private static async Task ShowAsync(
        HttpContext context, string sale, string id, ReservationAccess access, Cashier cashier,
        IOptions<PaymentOptions> options)
    {
        if (await MineAsync(context, sale, id, access).ConfigureAwait(false) is not var (listing, row)) return;
        var isBack = context.Request.Query.ContainsKey("payment_intent");
        var asked = row.PaymentState is PaymentState.ActionRequired
            ? await cashier.ContinueAsync(row, key: null, context.RequestAborted).ConfigureAwait(false) : null;
        if (isBack || asked is PayOutcome.Decided) SeeOther(context, row.PublicId);
        else await OrderPages.SendAsync(context, listing, row, (asked as PayOutcome.ActionRequired)?.Challenge,
            context.Request.Query.ContainsKey(Go), options.Value).ConfigureAwait(false);
    }

    private static async Task ActAsync(
        HttpContext context, string sale, string id, ReservationAccess access, Cashier cashier,
        ReservationTable reservations, IOptions<PaymentOptions> options)
    {
        if (await ShopRoutes.FormAsync(context).ConfigureAwait(false) is not { } form) return;
        if (await MineAsync(context, sale, id, access).ConfigureAwait(false) is not var (listing, row)) return;
        var problem = form["action"].ToString() switch
        {
            "pay" => await PayAsync(context, row, form, cashier, options.Value).ConfigureAwait(false),
            "cancel" => await CancelAsync(context, row, reservations).ConfigureAwait(false),
            _ => Problem.Malformed,
        };
        if (problem is null) SeeOther(context, row.PublicId, goes: form["card"] == Attempt.HostedPage);
        else await RefuseAsync(context, listing, problem, row.PublicId).ConfigureAwait(false);
    }

    /// <summary>The form's own key makes a second click on it the same payment. The page tells every outcome but a refusal.</summary>
    private static async Task<Problem?> PayAsync(HttpContext context, Reservation row, IFormCollection form, Cashier cashier, PaymentOptions options)
    {
        var (key, card) = (form["attempt"].ToString(), form["card"].ToString());
        if (!IsToken(key) || !IsToken(card) || (card == Attempt.HostedPage && options.ReturnUrl is null)) return Problem.Malformed;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(card));
        return await cashier.PayAsync(row, key, hash, card, null, context.RequestAborted).ConfigureAwait(false) switch
        {
            PayOutcome.ProviderDown => Problem.Unavailable,
            PayOutcome.KeyReused => Problem.IdempotencyKeyReused,
            _ => null,
        };
    }

    private static async Task<Problem?> CancelAsync(
        HttpContext context, Reservation row, ReservationTable reservations) =>
        await reservations.GiveBackAsync(row.Id, context.RequestAborted).ConfigureAwait(false)
            is TransitionOutcome.Refused { Reservation.State: ReservationState.Held or ReservationState.Securing } ? Problem.PaymentInProgress : null;

    /// <summary>The sale and the shopper's own reservation; null when the request has been answered.</summary>
    private static async Task<(ShopListing, Reservation)?> MineAsync(
        HttpContext context, string sale, string id, ReservationAccess access)
    {
        if (await ShopRoutes.FindAsync(context, sale).ConfigureAwait(false) is not { } listing) return null;
        var (row, problem) = await access.FindAsync(context, id, context.RequestAborted, shopperOnly: true).ConfigureAwait(false);
        if (row is not null && row.Sale == listing.Sale.Id) return (listing, row);
        await RefuseAsync(context, listing, row is null ? Problem.Of(problem!)! : Problem.NotFound).ConfigureAwait(false);
        return null;
    }

    /// <summary>The problem's page; its button leads to where the shopper can go on.</summary>
    private static Task RefuseAsync(HttpContext context, ShopListing listing, Problem problem, ReservationId? order = null)
    {
        (string, string) action = (order, problem.Code) switch
        {
            ({ } id, _) => (Url(id), "cart.retry"),
            (_, "admissionRequired" or "admissionInvalid" or "wrongSale" or "notYourTurn") =>
                (ShopPages.LineUrl(listing.Sale.Id, null), "cart.toline"),
            (_, "admissionSpent" or "admissionMissed") => (ShopPages.LineUrl(listing.Sale.Id, null, again: true), "cart.again"),
            _ => ($"/shop/{listing.Sale.Id}", "page.back"),
        };
        return ShopPages.ProblemAsync(context, problem, action);
    }

    /// <param name="goes">On to the provider's own page: a form may not be redirected there by the page's policy, a page may lead on.</param>
    private static void SeeOther(HttpContext context, ReservationId order, bool goes = false) =>
        context.Response.SeeOther(Url(order) + (goes ? $"?{Go}=1" : ""));

    private static string Url(ReservationId order) => $"/shop/{order.Sale}/order/{order}";

    private static bool IsToken(string text) =>
        text.Length is > 0 and <= MaxField && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
