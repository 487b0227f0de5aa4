using FlashSale.Admission;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Tickets;

namespace FlashSale.Gateway.Gate;

/// <summary>Judges the admission that a request shows for a sale.</summary>
public sealed class AdmissionJudge(AdmissionVerifier verifier)
{
    private const string Bearer = "Bearer";

    /// <summary>The token of a request: its header, else the sale's cookie; null without.</summary>
    public static string? TokenOf(HttpRequest request, ListedSale listed)
    {
        var token = TextOf(request, listed);
        return token.IsEmpty ? null : token.ToString();
    }

    /// <summary>True when a storefront's server shows its API key where the route takes one: the checkout looks at that.</summary>
    public static bool HasStorefrontKey(HttpRequest request, IReadOnlyDictionary<string, string> rules) =>
        rules.ContainsKey(GateRules.TakesStorefrontKeys)
        && Credentials.Authorization(request, Bearer).StartsWith(GateRules.StorefrontKeyPrefix, StringComparison.Ordinal);

    /// <summary>The admission of a request whose token has been seen before and still counts for that sale; null otherwise.</summary>
    public VerifiedAdmission? Recall(HttpRequest request, ListedSale listed)
    {
        if (verifier.Recall(TextOf(request, listed)) is not { } admission || !IsFor(admission, listed)) return null;
        EdgeMetrics.Judged(Word(GateVerdict.Admitted));
        return admission;
    }

    public async ValueTask<Judgement> JudgeAsync(string? token, ListedSale listed, CancellationToken cancel)
    {
        var judgement = await LookAtAsync(token, listed, cancel).ConfigureAwait(false);
        EdgeMetrics.Judged(Word(judgement.Verdict));
        return judgement;
    }

    private async ValueTask<Judgement> LookAtAsync(string? token, ListedSale listed, CancellationToken cancel)
    {
        if (token is null) return new Judgement(GateVerdict.Required, null);
        var (admission, rejection) = await verifier.VerifyAsync(token, cancel).ConfigureAwait(false);
        if (rejection == AdmissionRejection.KeysUnavailable) return new Judgement(GateVerdict.Unknown, null);
        if (admission is null) return new Judgement(GateVerdict.Required, null, Words(rejection));
        if (admission.Sale != listed.Sale.Id.Value) return new Judgement(GateVerdict.WrongSale, null);
        return IsFor(admission, listed)
            ? new Judgement(GateVerdict.Admitted, admission)
            : new Judgement(GateVerdict.Required, null, Words(AdmissionRejection.Audience));
    }

    private static bool IsFor(VerifiedAdmission admission, ListedSale listed) =>
        admission.Sale == listed.Sale.Id.Value && admission.Storefront == listed.Sale.Storefront.Value;

    private static ReadOnlySpan<char> TextOf(HttpRequest request, ListedSale listed) =>
        Credentials.Authorization(request, Bearer) is { IsEmpty: false } header
            ? header : Credentials.Cookie(request, listed.AdmissionCookie);

    /// <summary>As the metrics call it.</summary>
    private static string Word(GateVerdict verdict) => verdict switch
    {
        GateVerdict.Admitted => "admitted",
        GateVerdict.Required => "required",
        GateVerdict.WrongSale => "wrong_sale",
        _ => "keys_unknown",
    };

    private static string Words(AdmissionRejection rejection) => rejection switch
    {
        AdmissionRejection.Expired => "The admission has expired.",
        AdmissionRejection.NotYetValid => "The admission is not valid yet.",
        AdmissionRejection.Audience => "The admission is for another storefront.",
        _ => "The admission is not valid.",
    };
}
