using FlashSale.Pages.OpenApi;

using Scalar.AspNetCore;

namespace FlashSale.Gateway.Docs;

/// <summary>
/// <c>/openapi/edge.json</c>, and where operators' routes are reachable also <c>/docs</c>: the documents to browse.
/// </summary>
public static class DocsRoutes
{
    public const string Pattern = "/openapi/{documentName}.json";

    // Scalar's page starts itself by an inline script and styles itself; it loads nothing from elsewhere.
    private const string PagePolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'";

    public static IServiceCollection AddDocs(this IServiceCollection services) =>
        services.AddDescribedOpenApi(EdgeDescription.Document, "FlashSale: the edge", EdgeDescription.Routes);

    public static void MapDocs(this WebApplication app, bool browsable)
    {
        app.MapOpenApi(Pattern.Replace("{documentName}", "{documentName:regex(^edge$)}", StringComparison.Ordinal));
        if (!browsable) return;
        app.MapScalarApiReference("/docs", options => options
            .AddDocuments("edge", "checkout", "operators").WithOpenApiRoutePattern(Pattern).DisableDefaultFonts())
            .AddEndpointFilter(async (context, next) =>
            {
                context.HttpContext.Response.Headers.ContentSecurityPolicy = PagePolicy;
                return await next(context).ConfigureAwait(false);
            });
    }
}
