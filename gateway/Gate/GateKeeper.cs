using FlashSale.Admission;
using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Tickets;

using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Gate;

/// <summary>Stands before every proxied route and lets only the admitted through those that belong to a sale.</summary>
public sealed class GateKeeper(
    AdmissionJudge admissions, EdgeCatalog catalog, PublicOrigin origin, LedgerClock clock, IOptions<GatewayOptions> options)
{
    private readonly string[] _ignored = GatewayOptions.Items(options.Value.IgnoredPaths);

    /// <summary>True when the request may go on; otherwise it has been answered.</summary>
    public ValueTask<bool> LetThroughAsync(HttpContext context, IReadOnlyDictionary<string, string>? metadata)
    {
        // 1. Nobody speaks for the gate but the gate.
        GateHeaders.Strip(context.Request.Headers);

        // 2. What needs no admission. A cart's routes may be called by a storefront's server with its key.
        if (GateRules.SaleOf(metadata, context.Request.RouteValues) is not { } sale) return new(true);
        if (GateRules.IsPreflight(context.Request) || IsIgnored(context.Request.Path)) return new(true);
        if (metadata!.ContainsKey(GateRules.TakesStorefrontKeys) && KeyGuard.KeyOf(context.Request, metadata) is not null)
            return new(true);

        // 3. What nearly all the admitted ask for: the sale is known, the admission has been seen. It waits for nothing.
        if (catalog.Find(sale) is { } known && !HasTokenInUrl(context.Request)
            && admissions.Recall(context.Request, known) is { } admission)
        {
            Admit(context, admission);
            return new(true);
        }
        return JudgeAsync(context, sale, metadata!.GetValueOrDefault(GateRules.SaleFrom) == GateRules.FromReservation);
    }

    private async ValueTask<bool> JudgeAsync(HttpContext context, string sale, bool byReservation)
    {
        // 4. The sale. A reservation's id that is none is not found, whoever asks.
        var (listed, problem) = await catalog.LookUpAsync(sale, context.RequestAborted).ConfigureAwait(false);
        if (listed is null)
        {
            if (byReservation && problem != Problem.Unavailable) problem = Problem.NotFound;
            await problem!.WriteAsync(context.Response).ConfigureAwait(false);
            return false;
        }

        // 5. Back from the line of another origin: the token moves from the URL into the cookie.
        if (HasTokenInUrl(context.Request))
        {
            await TakeFromUrlAsync(context, listed).ConfigureAwait(false);
            return false;
        }

        // 6. The admission.
        var judgement = await admissions.JudgeAsync(context.Request, listed, context.RequestAborted).ConfigureAwait(false);
        if (judgement.Verdict != GateVerdict.Admitted)
        {
            await RefuseAsync(context, listed, judgement).ConfigureAwait(false);
            return false;
        }
        Admit(context, judgement.Admission!);
        return true;
    }

    private static void Admit(HttpContext context, VerifiedAdmission admission)
    {
        GateHeaders.Set(context.Request.Headers, admission);
        context.Features.Set(admission);
    }

    private static bool HasTokenInUrl(HttpRequest request) =>
        request.QueryString.HasValue && GateRules.IsNavigation(request)
        && request.Query.ContainsKey(ReturnUrl.AdmissionParameter);

    /// <summary>The refusal of one without a valid admission.</summary>
    public async Task RefuseAsync(HttpContext context, ListedSale listed, Judgement judgement)
    {
        var response = context.Response;
        if (judgement.Verdict == GateVerdict.Unknown)
        {
            await Problem.Unavailable.WriteAsync(response).ConfigureAwait(false);
            return;
        }
        var lineUrl = origin.LineUrl(listed.Sale.Id.Value, PageOf(context.Request, listed));
        response.Headers.CacheControl = "no-store";
        if (GateRules.IsNavigation(context.Request)) response.Redirect(lineUrl);
        else if (judgement.Verdict == GateVerdict.WrongSale)
            await Problem.WrongSale.WriteAsync(response, extensions: ("lineUrl", lineUrl)).ConfigureAwait(false);
        else
            await Problem.AdmissionRequired.WriteAsync(response, judgement.Reason, extensions: ("lineUrl", lineUrl))
                .ConfigureAwait(false);
    }

    private async Task TakeFromUrlAsync(HttpContext context, ListedSale listed)
    {
        string? token = context.Request.Query[ReturnUrl.AdmissionParameter];
        var judgement = await admissions.JudgeAsync(token, listed, context.RequestAborted).ConfigureAwait(false);
        if (judgement.Admission is { } admission)
            Credentials.SetAdmission(context, listed, token!, Age(admission));
        else if (judgement.Verdict != GateVerdict.Unknown)
            judgement = await admissions.JudgeAsync(context.Request, listed, context.RequestAborted).ConfigureAwait(false);

        if (judgement.Verdict != GateVerdict.Admitted)
        {
            await RefuseAsync(context, listed, judgement).ConfigureAwait(false);
            return;
        }
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(CleanUrl(context.Request).Without());
    }

    private TimeSpan Age(VerifiedAdmission admission)
    {
        var age = admission.ExpiresAt - clock.GetUtcNow();
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }

    /// <summary>
    /// The page to come back to: the one asked for, or for what is no page the shop's cart, as for an address that the line
    /// would not take.
    /// </summary>
    private static string PageOf(HttpRequest request, ListedSale listed)
    {
        var cart = PublicOrigin.CartPath(listed);
        return GateRules.IsNavigation(request)
            ? ReturnUrls.Accept(CleanUrl(request).Without(), "", [], cart)?.Value ?? cart : cart;
    }

    /// <summary>The request's own address, as it was sent, without an admission.</summary>
    private static ReturnUrl CleanUrl(HttpRequest request) =>
        ReturnUrls.OfTarget(request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    private bool IsIgnored(PathString path)
    {
        foreach (var ignored in _ignored)
        {
            var matches = ignored.EndsWith('/')
                ? path.Value!.StartsWith(ignored, StringComparison.Ordinal)
                : string.Equals(path.Value, ignored, StringComparison.Ordinal);
            if (matches) return true;
        }
        return false;
    }
}
