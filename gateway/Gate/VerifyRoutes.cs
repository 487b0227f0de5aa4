using System.Text;

using FlashSale.Contract;
using FlashSale.Gateway.Catalog;

using Microsoft.AspNetCore.Http.Features;

namespace FlashSale.Gateway.Gate;

/// <summary>
/// <c>GET /gate/verify?sale=…</c> for other proxies (nginx's <c>auth_request</c>, forward auth of Caddy and Traefik): 204 with the
/// three <c>X-FlashSale-*</c> headers, 401 with <c>lineUrl</c>, 403 with it for another sale's admission. With
/// <c>&amp;answer=redirect</c>, for proxies that pass the answer on as it is, a person is redirected to the line instead.
/// <c>/gate/verify/{sale}/…</c> is the same for a proxy that asks by the request's own method and puts a prefix before its path
/// (Envoy's <c>ext_authz</c>): 200 passes, and a person is redirected.
/// </summary>
public static class VerifyRoutes
{
    /// <summary>Where the line is, for a proxy that reads only headers.</summary>
    public const string LineUrlHeader = "X-FlashSale-Line-Url";

    private const string Path = "/gate/verify";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var catalog = services.GetRequiredService<EdgeCatalog>();
        var admissions = services.GetRequiredService<AdmissionJudge>();
        var origin = services.GetRequiredService<PublicOrigin>();
        routes.MapGet(Path, (HttpContext context) => VerifyAsync(
            context, context.Request.Query["sale"], Asked(context.Request), context.Request.Query["answer"] == "redirect",
            StatusCodes.Status204NoContent));
        routes.Map($"{Path}/{{sale}}/{{**asked}}", (HttpContext context) => AskedBelow(context) is var (sale, asked)
            ? VerifyAsync(context, sale, asked, redirects: true, StatusCodes.Status200OK)
            : Problem.Malformed.WriteAsync(context.Response));

        async Task VerifyAsync(HttpContext context, string? sale, string? asked, bool redirects, int passes)
        {
            var listed = await catalog.SaleAsync(context, sale).ConfigureAwait(false);
            if (listed is null) return;
            var judgement = await admissions.JudgeAsync(context.Request, listed, context.RequestAborted).ConfigureAwait(false);
            if (judgement.Verdict != GateVerdict.Admitted)
            {
                await RefuseAsync(context, origin, listed, judgement, asked, redirects).ConfigureAwait(false);
                return;
            }
            context.Response.Headers.CacheControl = "no-store";
            context.Response.StatusCode = passes;
            GateHeaders.Set(context.Response.Headers, judgement.Admission!);
        }
    }

    /// <summary>
    /// The sale and the request's target, from the bytes that were sent: where a path is resolved first, <c>/../</c> would choose
    /// another sale. Null where the two differ.
    /// </summary>
    private static (string Sale, string Asked)? AskedBelow(HttpContext context)
    {
        var sale = (string)context.Request.RouteValues["sale"]!;
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var before = $"{Path}/{sale}";
        return target.StartsWith(before + "/", StringComparison.Ordinal)
            && !target.Split('?')[0].Split('/').Any(part => part.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..")
            ? (sale, target[before.Length..]) : null;
    }

    private static async Task RefuseAsync(
        HttpContext context, PublicOrigin origin, ListedSale listed, Judgement judgement, string? asked, bool redirects)
    {
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        var returnUrl = origin.ReturnUrl(context, listed, asked);
        var lineUrl = origin.LineUrl(listed.Sale.Id.Value, returnUrl?.Value);
        if (judgement.Verdict == GateVerdict.Unknown)
        {
            await Problem.Unavailable.WriteAsync(response).ConfigureAwait(false);
            return;
        }

        response.Headers[LineUrlHeader] = lineUrl;
        if (redirects && IsNavigation(context.Request))
        {
            response.Redirect(lineUrl);
            return;
        }

        response.Headers.AccessControlExposeHeaders = LineUrlHeader;
        var problem = judgement.Verdict == GateVerdict.WrongSale ? Problem.WrongSale : Problem.AdmissionRequired;
        await problem.WriteAsync(response, judgement.Reason, extensions: ("lineUrl", lineUrl)).ConfigureAwait(false);
    }

    /// <summary>Of the request that the proxy asks about. Only how it is refused depends on the proxy's word for its method.</summary>
    private static bool IsNavigation(HttpRequest request) =>
        GateRules.IsNavigation(request) && request.Headers["X-Forwarded-Method"].ToString() is "" or "GET";

    /// <summary>Where the shopper wanted to go: the query, or what a proxy that can't encode one says in a header, byte for byte.</summary>
    private static string? Asked(HttpRequest request) =>
        request.Query["returnUrl"].FirstOrDefault() ?? WithAsciiOnly(
            request.Headers["X-Original-URI"].FirstOrDefault() ?? request.Headers["X-Forwarded-Uri"].FirstOrDefault());

    private static string? WithAsciiOnly(string? bytes) => bytes is null || Ascii.IsValid(bytes)
        ? bytes : string.Concat(bytes.Select(one => char.IsAscii(one) ? $"{one}" : $"%{(int)one:X2}"));
}
