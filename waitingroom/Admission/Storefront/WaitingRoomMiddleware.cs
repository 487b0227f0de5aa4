using System.Globalization;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FlashSale.Admission;

/// <summary>
/// The storefront's side of the redirect protocol, in this order:
/// 1. not protected, a preflight, a health check or an asset → on to the application;
/// 2. a token in the URL → verified, spent, redeemed, kept in the own cookie, and away from the URL;
/// 3. the own cookie → on to the application, which may read <see cref="AdmittedShopper"/>;
/// 4. otherwise → the line (a navigation) or 401 with <c>lineUrl</c> (a script).
/// </summary>
internal sealed partial class WaitingRoomMiddleware(
    RequestDelegate next, ProtectedRoutes routes, AdmissionVerifier verifier, AdmissionKeys keys, AdmissionCookie cookie,
    UsedTokens used, LineUrls urls, WaitingRoomClient line, IOptions<WaitingRoomOptions> options,
    ILogger<WaitingRoomMiddleware> log)
{
    // A token that the line keeps sending and this storefront keeps refusing (a wrong clock, a wrong id) must not send the
    // browser round for ever.
    private const int MaxBounces = 3;

    // Tells the shopper's own browser (and the conformance runner) which unit the page is about.
    private const string UnitHeader = "X-FlashSale-Unit";
    private static readonly TimeSpan s_bounceMemory = TimeSpan.FromMinutes(1);

    public async Task InvokeAsync(HttpContext context)
    {
        if (!routes.Match(context, out var sale))
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        if (sale is null)
        {
            await Refusal.UnknownSaleAsync(context).ConfigureAwait(false);
            return;
        }

        NeverStore(context.Response);
        if (HttpMethods.IsGet(context.Request.Method)
            && context.Request.Query.TryGetValue(LineUrls.TokenParameter, out var tokens))
        {
            await TakeTokenAsync(context, sale, tokens.ToString()).ConfigureAwait(false);
            return;
        }

        if (await cookie.ReadAsync(context, sale).ConfigureAwait(false) is { } shopper)
        {
            context.Features.Set(shopper);
            context.Response.Headers[UnitHeader] = shopper.Admission.Unit.ToString(CultureInfo.InvariantCulture);
            await next(context).ConfigureAwait(false);
            return;
        }

        await WithoutAdmissionAsync(context, sale).ConfigureAwait(false);
    }

    private async Task TakeTokenAsync(HttpContext context, string sale, string token)
    {
        var (admission, rejection) = await verifier.VerifyAsync(token, context.RequestAborted).ConfigureAwait(false);
        if (rejection == AdmissionRejection.KeysUnavailable)
        {
            await WithoutAdmissionAsync(context, sale, keysMissing: true).ConfigureAwait(false);
            return;
        }

        var known = await cookie.ReadAsync(context, sale).ConfigureAwait(false);
        var accepted = admission is not null && admission.Sale == sale
            && (known?.Admission.Id == admission.Id
                || await used.TrySpendAsync(token, admission.ExpiresAt, context.RequestAborted).ConfigureAwait(false));
        if (accepted)
        {
            var shopper = new AdmittedShopper(admission!, token);
            if (options.Value.RedeemOnArrival
                && await line.ArriveAsync(shopper, context.RequestAborted).ConfigureAwait(false)
                    is LedgerRefused { IsAdmissionOver: true } over)
            {
                LogOver(sale, over.Code, admission!.Id);
                cookie.Delete(context, sale);
                await BounceAsync(context, sale).ConfigureAwait(false);
                return;
            }

            cookie.Write(context, shopper);
            Forget(context, sale);
        }
        else if (known is null)
        {
            LogRefused(sale, rejection, admission?.Id);
            await BounceAsync(context, sale).ConfigureAwait(false);
            return;
        }

        Redirect(context.Response, urls.Clean(context.Request));
    }

    private async Task WithoutAdmissionAsync(HttpContext context, string sale, bool keysMissing = false)
    {
        var rules = options.Value;
        var unreachable = keys.UnreachableFor is var silence && silence > TimeSpan.Zero && silence >= rules.UnreachableAfter;
        if (unreachable && rules.WhenUnreachable == UnreachableRule.LetThrough)
        {
            LogLetThrough(sale, (long)silence.TotalSeconds);
            await next(context).ConfigureAwait(false);
        }
        else if (keysMissing)
        {
            await Refusal.UnavailableAsync(context).ConfigureAwait(false);
        }
        else if (Refusal.IsNavigation(context.Request))
        {
            Redirect(context.Response, urls.Line(context, sale, navigation: true));
        }
        else
        {
            await Refusal.AdmissionRequiredAsync(context, urls.Line(context, sale, navigation: false)).ConfigureAwait(false);
        }
    }

    private async Task BounceAsync(HttpContext context, string sale)
    {
        var name = BounceCookie(sale);
        _ = int.TryParse(context.Request.Cookies[name], NumberStyles.None, CultureInfo.InvariantCulture, out var bounces);
        if (bounces >= MaxBounces)
        {
            Forget(context, sale);
            await Refusal.AdmissionInvalidAsync(context).ConfigureAwait(false);
            return;
        }

        context.Response.Cookies.Append(name, (bounces + 1).ToString(CultureInfo.InvariantCulture), new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = s_bounceMemory,
            SameSite = SameSiteMode.Lax,
        });
        await WithoutAdmissionAsync(context, sale).ConfigureAwait(false);
    }

    private void Forget(HttpContext context, string sale)
    {
        if (context.Request.Cookies.ContainsKey(BounceCookie(sale))) context.Response.Cookies.Delete(BounceCookie(sale));
    }

    private string BounceCookie(string sale) => $"{options.Value.CookiePrefix}bounced-{sale}";

    // 302, no-store and no-referrer: the address with the token is in no cache, no history entry and no Referer.
    private static void Redirect(HttpResponse response, string url)
    {
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store";
        response.Redirect(url);
    }

    // What the application answers to one shopper must not be served to another by a cache in between.
    private static void NeverStore(HttpResponse response) => response.OnStarting(() =>
    {
        if (response.Headers.CacheControl.Count == 0) response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    });

    [LoggerMessage(9002, LogLevel.Information,
        "Refused a token for sale {Sale}: {Rejection} (admission {Admission})",
        EventName = "TokenRefused")]
    private partial void LogRefused(string sale, AdmissionRejection rejection, string? admission);

    [LoggerMessage(9004, LogLevel.Information,
        "An admission for sale {Sale} is over: {Code} (admission {Admission})",
        EventName = "AdmissionOver")]
    private partial void LogOver(string sale, string code, string admission);

    [LoggerMessage(9003, LogLevel.Warning,
        "Let a shopper of sale {Sale} through: no word from the edge for {Seconds} s",
        EventName = "LetThroughUnchecked")]
    private partial void LogLetThrough(string sale, long seconds);
}
