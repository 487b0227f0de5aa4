using FlashSale.Contract;

using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

using Yarp.ReverseProxy.Model;

namespace FlashSale.Gateway.Edge;

/// <summary>What every request passes, whatever it asks for.</summary>
public static class EdgeSetup
{
    /// <summary>A shopper's phone sends its headers in one packet or two; who takes longer is holding a connection.</summary>
    private const int MostHeaderSeconds = 15;

    /// <summary>
    /// Bytes of a connection that are read ahead: all headers and the largest body. With the platform's 1 MiB, ten thousand
    /// connections that send and never read would hold 10 GB.
    /// </summary>
    private const int MostReadAhead = 64 * 1024;

    /// <summary>Where the server keeps a Content-Length that came with chunks.</summary>
    private const string LengthPutAside = "X-Content-Length";

    public static void AddEdge(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Wire.MaxBodyBytes;
            kestrel.Limits.MaxRequestBufferSize = MostReadAhead;
            HeaderBytes.Keep(kestrel);
        });
        builder.Services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayOptions>>((kestrel, options) =>
        {
            kestrel.Limits.MaxConcurrentConnections = options.Value.MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = options.Value.MaxWebSockets;
            var most = options.Value.MaxConnectionsPerAddress is > 0 and var set ? set : Math.Max(1, options.Value.MaxConnections / 4);
            var byAddress = new ConnectionsByAddress(most, options.Value.ProxyNetworks());
            kestrel.ConfigureEndpointDefaults(listen => listen.Use(byAddress.Before));
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(options.Value.IdleSeconds);
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(Math.Min(options.Value.IdleSeconds, MostHeaderSeconds));
        });
        builder.WebHost.UseSockets(sockets => sockets.MaxReadBufferSize = MostReadAhead);
        builder.Services.AddDraining();
        builder.Services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<RateLimits>();
        builder.Services.ConfigureHttpJsonOptions(options => Wire.Configure(options.SerializerOptions));
    }

    /// <summary>Before it is known what a request asks for.</summary>
    public static void UseEdge(this WebApplication app)
    {
        app.UseDraining();
        app.UseFaults();
        app.UseOneFraming();
        app.UseTrustedProxies();
        app.UsePublicScheme();
        app.UseSecurityHeaders();
        app.UseStrictTargets();
        app.UseRouteMethods();
    }

    /// <summary>Finds the route, and what applies to it.</summary>
    public static void UseRoutes(this WebApplication app)
    {
        app.UseRouting(); // Polls, joins and the waiting page are answered here (ShortCircuit).
        app.UseBodyLimit();
        app.UseAuthorization(); // Here, as polls, joins and the page need none: left out, the host puts it before all of this.
    }

    /// <summary>What no route takes: OPTIONS of one that takes other methods, else there is no such thing.</summary>
    public static void MapNothing(this WebApplication app)
    {
        var routes = app.Services.GetRequiredService<EndpointDataSource>();
        app.MapFallback("{**path}", (HttpContext context) =>
        {
            if (!HttpMethods.IsOptions(context.Request.Method)
                || RouteMethods.Of(routes, context.Request.Path) is not { } allow) return Problem.NotFound.WriteAsync(context.Response);
            RouteMethods.Offer(context.Response, allow);
            return Task.CompletedTask;
        });
    }

    /// <summary>The client's address and scheme come from a proxy only when that proxy is configured.</summary>
    private static void UseTrustedProxies(this WebApplication app)
    {
        var proxies = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.ProxyNetworks();
        if (proxies.Count == 0) return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in proxies) options.KnownIPNetworks.Add(proxy);
        app.UseForwardedHeaders(options);
    }

    /// <summary>Who says how shoppers reach this edge has said by which scheme: cookies are Secure behind a proxy that tells nothing.</summary>
    private static void UsePublicScheme(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.PublicOrigin is not { } origin) return;
        var scheme = new Uri(origin).Scheme;
        app.Use((context, next) =>
        {
            context.Request.Scheme = scheme;
            return next(context);
        });
    }

    /// <summary>
    /// A request with a length and chunks is two requests to someone, and one with a coding beside the chunks another to who can't
    /// undo it. The server has read the chunks and put the length aside; it is refused all the same, and its connection with it.
    /// </summary>
    private static void UseOneFraming(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Request.Headers;
        if (headers.TransferEncoding.Count == 0
            || (headers.ContentLength is null && !headers.ContainsKey(LengthPutAside) && IsChunks(headers.TransferEncoding)))
            return next(context);
        context.Response.Headers.Connection = "close";
        return Problem.Malformed.WriteAsync(context.Response, "Transfer-Encoding is chunked and nothing else, without a Content-Length.");
    });

    private static bool IsChunks(StringValues codings) =>
        codings is [{ } only] && only.AsSpan().Trim().Equals("chunked", StringComparison.OrdinalIgnoreCase);

    /// <summary>A body that says it is too large is refused before anyone reads it.</summary>
    private static void UseBodyLimit(this IApplicationBuilder app) => app.Use((context, next) =>
        context.Request.ContentLength is { } length && length > MaxBodyBytes(context)
            ? Problem.TooLarge.WriteAsync(context.Response)
            : next(context));

    /// <summary>A proxied route may allow more (or less) than the edge's own.</summary>
    private static long MaxBodyBytes(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.MaxRequestBodySize ?? Wire.MaxBodyBytes;
}
