using System.Text;

using FlashSale.Contract;
using FlashSale.Gateway.Catalog;

namespace FlashSale.Gateway.Gate;

/// <summary>
/// <c>GET /gate/verify?sale=…</c> for other proxies (nginx's <c>auth_request</c>, forward auth of Caddy and Traefik): 204 with the
/// three <c>X-FlashSale-*</c> headers, 401 with <c>lineUrl</c>, 403 with it for another sale's admission. With
/// <c>&amp;answer=redirect</c>, for proxies that pass the answer on as it is, a person is redirected to the line instead.
/// </summary>
public static class VerifyRoutes
{
    /// <summary>Where the line is, for a proxy that reads only headers.</summary>
    public const string LineUrlHeader = "X-FlashSale-Line-Url";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var catalog = services.GetRequiredService<EdgeCatalog>();
        var admissions = services.GetRequiredService<AdmissionJudge>();
        var origin = services.GetRequiredService<PublicOrigin>();
        routes.MapGet("/gate/verify", async (HttpContext context) =>
        {
            var listed = await catalog.SaleAsync(context, context.Request.Query["sale"]).ConfigureAwait(false);
            if (listed is null) return;
            var judgement = await admissions.JudgeAsync(context.Request, listed, context.RequestAborted).ConfigureAwait(false);
            await AnswerAsync(context, origin, listed, judgement).ConfigureAwait(false);
        });
    }

    private static async Task AnswerAsync(HttpContext context, PublicOrigin origin, ListedSale listed, Judgement judgement)
    {
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        if (judgement.Verdict == GateVerdict.Admitted)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            GateHeaders.Set(response.Headers, judgement.Admission!);
            return;
        }
        var returnUrl = origin.ReturnUrl(context, listed, Asked(context.Request));
        var lineUrl = origin.LineUrl(listed.Sale.Id.Value, returnUrl?.Value);
        if (judgement.Verdict == GateVerdict.Unknown)
        {
            await Problem.Unavailable.WriteAsync(response).ConfigureAwait(false);
            return;
        }

        response.Headers[LineUrlHeader] = lineUrl;
        if (context.Request.Query["answer"] == "redirect" && IsNavigation(context.Request))
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
