using FlashSale.Admission;
using FlashSale.Checkout.Http;
using FlashSale.Contract;

namespace FlashSale.Checkout.Reservations;

/// <summary>
/// Reads the admission of a request and verifies it, whatever the edge has said: the header, else the sale's cookie.
/// </summary>
public sealed class AdmissionReader(AdmissionVerifier verifier)
{
    /// <summary>The client that fetches the keys.</summary>
    public const string Client = "admission keys";

    /// <summary>The verified admission for <paramref name="sale"/>, or the problem to answer with.</summary>
    public async ValueTask<(VerifiedAdmission? Admission, IResult? Problem)> CheckAsync(
        HttpContext context, SaleId sale, CancellationToken cancel) =>
        await VerifyAsync(BearerToken.Of(context) ?? context.Request.Cookies[$"fs-admission-{sale}"], sale, cancel)
            .ConfigureAwait(false);

    /// <summary>The same for a token that came in another way.</summary>
    public async ValueTask<(VerifiedAdmission? Admission, IResult? Problem)> VerifyAsync(
        string? token, SaleId sale, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(token)) return (null, Problem.AdmissionRequired.Result());
        var (admission, rejection) = await verifier.VerifyAsync(token, cancel).ConfigureAwait(false);
        if (rejection is AdmissionRejection.KeysUnavailable) return (null, Problem.Unavailable.Result());
        if (admission is null || admission.Id.Length > Redemption.MaxAdmissionLength)
            return (null, Problem.AdmissionInvalid.Result());
        return admission.Sale == sale.Value ? (admission, null) : (null, Problem.WrongSale.Result());
    }
}
