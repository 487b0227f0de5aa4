using FlashSale.Admission;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Tickets;

namespace FlashSale.Gateway.Gate;

/// <summary>Judges the admission that a request shows for a sale.</summary>
public sealed class AdmissionJudge(AdmissionVerifier verifier)
{
    private const string Bearer = "Bearer";

    /// <summary>Cookies of a name that are looked at: each costs a signature.</summary>
    private const int MostCookies = 4;

    /// <summary>The admission of a request whose token has been seen before and still counts for that sale; null otherwise.</summary>
    public VerifiedAdmission? Recall(HttpRequest request, ListedSale listed)
    {
        if (!HasOne(request, listed, out var text) || verifier.Recall(text) is not { } admission || !IsFor(admission, listed)) return null;
        EdgeMetrics.Judged(Word(GateVerdict.Admitted));
        return admission;
    }

    /// <summary>
    /// The token in the header, else in the sale's cookie. Of several cookies the one counts that is good the longest, and the
    /// upstream is sent no other: a browser sends a stale one first.
    /// </summary>
    public async ValueTask<Judgement> JudgeAsync(HttpRequest request, ListedSale listed, CancellationToken cancel)
    {
        if (HasOne(request, listed, out var only)) return await JudgeAsync(only.ToString(), listed, cancel).ConfigureAwait(false);
        (Judgement Judgement, string? Token) best = (new Judgement(GateVerdict.Required, null), null);
        foreach (var token in Several(request, listed))
        {
            var one = await LookAtAsync(token, listed, cancel).ConfigureAwait(false);
            if (best.Token is null || IsBetter(one, best.Judgement)) best = (one, token);
        }
        if (best.Judgement.Verdict == GateVerdict.Admitted) KeepOnly(request, listed.AdmissionCookie, best.Token!);
        EdgeMetrics.Judged(Word(best.Judgement.Verdict));
        return best.Judgement;
    }

    private static bool IsBetter(Judgement one, Judgement other) =>
        one.Verdict == GateVerdict.Admitted
            ? other.Verdict != GateVerdict.Admitted || one.Admission!.ExpiresAt > other.Admission!.ExpiresAt
            : one.Verdict == GateVerdict.Unknown && other.Verdict != GateVerdict.Admitted;

    /// <summary>False when there is no token, or when it must be found out which of several cookies counts.</summary>
    private static bool HasOne(HttpRequest request, ListedSale listed, out ReadOnlySpan<char> token)
    {
        token = Credentials.Authorization(request, Bearer);
        if (!token.IsEmpty) return true;
        var cookies = Credentials.Cookies(request, listed.AdmissionCookie);
        if (!cookies.MoveNext()) return false;
        token = cookies.Current;
        return !cookies.MoveNext() && !token.IsEmpty;
    }

    private static List<string> Several(HttpRequest request, ListedSale listed)
    {
        var tokens = new List<string>();
        foreach (var token in Credentials.Cookies(request, listed.AdmissionCookie))
            if (!token.IsEmpty && tokens.Count < MostCookies) tokens.Add(token.ToString());
        return tokens;
    }

    private static void KeepOnly(HttpRequest request, string name, string token) =>
        request.Headers.Cookie = string.Join("; ", request.Headers.Cookie.SelectMany(header => (header ?? "").Split(';', StringSplitOptions.TrimEntries))
            .Where(pair => !pair.StartsWith(name + "=", StringComparison.Ordinal)).Append($"{name}={token}"));

    /// <summary>The same for a token that came in another way.</summary>
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
