using System.Text.Json;

using FlashSale.Admission;
using FlashSale.Checkout.Access;
using FlashSale.Checkout.Http;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.Storefronts;
using FlashSale.Contract;

namespace FlashSale.Checkout.Reservations;

/// <summary>
/// Who may do what with a reservation. The shopper's admission opens the one that it made; a storefront's API key opens
/// those of its own sales. What a storefront's server has redeemed only its key opens: the admission was in a URL.
/// </summary>
public sealed class ReservationAccess(
    AdmissionReader admissions, StorefrontApiKeys keys, SaleCatalog catalog, ReservationTable reservations)
{
    /// <summary>The member of a storefront's call that carries the shopper's token.</summary>
    public const string AdmissionMember = "admission";

    /// <summary>
    /// The admission that a call redeems: the shopper's own token, or with a storefront's API key the one in the body.
    /// </summary>
    public async Task<(VerifiedAdmission? Admission, bool ByStorefront, IResult? Problem)> AdmitAsync(
        HttpContext context, SaleId sale, JsonElement body, CancellationToken cancel)
    {
        var bearer = BearerToken.Of(context);
        if (!StorefrontApiKeys.IsKey(bearer))
        {
            var (own, required) = await admissions.CheckAsync(context, sale, cancel).ConfigureAwait(false);
            return (own, false, required);
        }

        if (await keys.FindAsync(bearer, cancel).ConfigureAwait(false) is not { } storefront)
            return (null, true, Problem.ApiKeyInvalid.Result());
        if ((await catalog.FindAsync(sale, cancel).ConfigureAwait(false))?.Sale.Storefront != storefront)
            return (null, true, Problem.UnknownSale.Result());
        if (!body.TryGetProperty(AdmissionMember, out var token) || token.ValueKind != JsonValueKind.String)
            return (null, true, Problem.Malformed.Result($"{AdmissionMember}: must be the shopper's admission token"));
        var (admission, problem) = await admissions.VerifyAsync(token.GetString(), sale, cancel).ConfigureAwait(false);
        return (admission, true, problem);
    }

    /// <summary>The reservation when it is the caller's, else the problem to answer with: someone else's is 404.</summary>
    /// <param name="shopperOnly">A storefront's key does not do.</param>
    /// <param name="storefrontOnly">Only a storefront's key does.</param>
    public async Task<(Reservation? Row, IResult? Problem)> FindAsync(
        HttpContext context, string id, CancellationToken cancel, bool shopperOnly = false, bool storefrontOnly = false)
    {
        if (!ReservationId.TryParse(id, out var reservation)) return (null, Problem.NotFound.Result());
        var bearer = BearerToken.Of(context);
        if (storefrontOnly || (!shopperOnly && StorefrontApiKeys.IsKey(bearer)))
        {
            if (await keys.FindAsync(bearer, cancel).ConfigureAwait(false) is not { } storefront)
                return (null, Problem.ApiKeyInvalid.Result());
            context.Features.Set(Operator.Shop(storefront, context));
            var sale = await catalog.FindAsync(reservation.Sale, cancel).ConfigureAwait(false);
            return sale?.Sale.Storefront == storefront
                ? await ReadAsync(reservation, _ => true, cancel).ConfigureAwait(false)
                : (null, Problem.NotFound.Result());
        }

        var (admission, problem) = await admissions.CheckAsync(context, reservation.Sale, cancel).ConfigureAwait(false);
        return admission is null
            ? (null, problem)
            : await ReadAsync(reservation, row => row.Shopper == admission.Shopper && !row.ByStorefront, cancel)
                .ConfigureAwait(false);
    }

    private async Task<(Reservation?, IResult?)> ReadAsync(
        ReservationId id, Func<Reservation, bool> isTheirs, CancellationToken cancel)
    {
        var row = await reservations.FindAsync(id.Value, cancel).ConfigureAwait(false);
        return row is not null && row.Sale == id.Sale && isTheirs(row) ? (row, null) : (null, Problem.NotFound.Result());
    }
}
