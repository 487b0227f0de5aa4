using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Gate;

namespace FlashSale.Gateway.Snippet;

/// <summary>
/// Scripts on a storefront's registered origins may call the sale's routes with a token in a header. Never with cookies:
/// another site's page can do nothing in a shopper's name.
/// </summary>
public static class StorefrontCors
{
    private const string Methods = "GET, POST, PUT, DELETE";
    private const string RequestHeaders = "Authorization, Content-Type, Idempotency-Key";
    private const string ExposedHeaders = "Retry-After, X-FlashSale-Line-Url";
    private const string PreflightSeconds = "600";

    public static void UseStorefrontCors(this WebApplication app)
    {
        var catalog = app.Services.GetRequiredService<EdgeCatalog>();
        app.Use((context, next) =>
            context.Request.Headers.Origin.ToString() is { Length: > 0 } origin && SaleOf(context.Request.Path) is { Length: > 0 } sale
                ? AllowAsync(catalog, sale, origin, context, next)
                : next(context));
    }

    private static async Task AllowAsync(
        EdgeCatalog catalog, string sale, string origin, HttpContext context, RequestDelegate next)
    {
        var (listed, _) = await catalog.LookUpAsync(sale, context.RequestAborted).ConfigureAwait(false);
        var allowed = listed?.Storefront?.ReturnOrigins.Contains(origin, StringComparer.Ordinal) is true;
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.Append("Vary", "Origin");
            if (allowed) Allow(context.Response.Headers, origin);
            return Task.CompletedTask;
        });
        if (allowed && GateRules.IsPreflight(context.Request)) Answer(context.Response);
        else await next(context).ConfigureAwait(false);
    }

    private static void Allow(IHeaderDictionary headers, string origin)
    {
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlExposeHeaders = ExposedHeaders;
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
    }

    private static void Answer(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.AccessControlAllowMethods = Methods;
        response.Headers.AccessControlAllowHeaders = RequestHeaders;
        response.Headers.AccessControlMaxAge = PreflightSeconds;
    }

    private static string? SaleOf(PathString path)
    {
        if (path.Value?.Split('/', 4) is not ["", var kind, var id, ..]) return null;
        return kind switch
        {
            "sales" => id,
            "reservations" => GateRules.SaleOfReservation(id),
            _ => null,
        };
    }
}
