using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace FlashSale.Contract;

/// <summary>
/// What every route answers beside its own methods: HEAD as GET would, without a body, and OPTIONS with the methods that there
/// are. To be used before routing.
/// </summary>
public static class RouteMethods
{
    /// <summary>Reads HEAD as GET (the server sends no body then), and makes of "not this method" an answer to OPTIONS.</summary>
    public static void UseRouteMethods(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Features.Set(new AskedByHead());
            context.Request.Method = HttpMethods.Get;
            return next(context);
        }
        return HttpMethods.IsOptions(context.Request.Method) ? OfferAsync(context, next) : next(context);
    });

    /// <summary>What no route takes, a method among it, is not found, as a problem. For services whose fallback no route is.</summary>
    public static void UseNotFound(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context).ConfigureAwait(false);
        if (context.Response is { HasStarted: false, StatusCode: 404 or 405, ContentType: null })
            await Problem.NotFound.WriteAsync(context.Response).ConfigureAwait(false);
    });

    /// <summary>Whether only the head of the answer is asked for: an endless body must not be begun.</summary>
    public static bool IsHead(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<AskedByHead>() is not null;
    }

    /// <summary>Gives a request back its own method, for a server that it is sent on to.</summary>
    public static void RestoreMethod(HttpContext context)
    {
        if (IsHead(context)) context.Request.Method = HttpMethods.Head;
    }

    /// <summary>The methods of the routes with that path, in the form of <c>Allow</c>; null when no route has it.</summary>
    public static string? Of(EndpointDataSource routes, PathString path)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var methods = routes.Endpoints.OfType<RouteEndpoint>()
            .Where(route => new TemplateMatcher(new RouteTemplate(route.RoutePattern), []).TryMatch(path, []))
            .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).ToList();
        return methods.Count == 0 ? null : Allow(methods);
    }

    private static async Task OfferAsync(HttpContext context, RequestDelegate next)
    {
        await next(context).ConfigureAwait(false);
        var response = context.Response;
        if (response is not { HasStarted: false, StatusCode: StatusCodes.Status405MethodNotAllowed }) return;
        Offer(response, Allow(response.Headers.Allow.SelectMany(one => (one ?? "").Split(',', StringSplitOptions.TrimEntries))));
    }

    /// <summary>Answers OPTIONS.</summary>
    public static void Offer(HttpResponse response, string allow)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.Allow = allow;
        response.Headers.CacheControl = "no-store";
    }

    private static string Allow(IEnumerable<string> methods)
    {
        var all = methods.Where(method => method.Length > 0).Append(HttpMethods.Options).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (all.Contains(HttpMethods.Get)) all.Add(HttpMethods.Head);
        return string.Join(", ", all.Order(StringComparer.Ordinal));
    }

    private sealed class AskedByHead;
}
