using FlashSale.Contract;

using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

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

    public static void AddEdge(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Wire.MaxBodyBytes;
            kestrel.Limits.MaxRequestBufferSize = MostReadAhead;
        });
        builder.Services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayOptions>>((kestrel, options) =>
        {
            kestrel.Limits.MaxConcurrentConnections = options.Value.MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
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
        app.UseTrustedProxies();
        app.UseSecurityHeaders();
        app.UseStrictTargets();
    }

    /// <summary>Finds the route, and what applies to it.</summary>
    public static void UseRoutes(this WebApplication app)
    {
        app.UseRouting(); // Polls, joins and the waiting page are answered here (ShortCircuit).
        app.UseBodyLimit();
        app.UseAuthorization(); // Here, as polls, joins and the page need none: left out, the host puts it before all of this.
    }

    /// <summary>The client's address and scheme come from a proxy only when that proxy is configured.</summary>
    private static void UseTrustedProxies(this WebApplication app)
    {
        var proxies = GatewayOptions.Items(app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.TrustedProxies);
        if (proxies.Length == 0) return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in proxies) options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(GatewayOptions.Cidr(proxy)));
        app.UseForwardedHeaders(options);
    }

    /// <summary>A body that says it is too large is refused before anyone reads it.</summary>
    private static void UseBodyLimit(this IApplicationBuilder app) => app.Use((context, next) =>
        context.Request.ContentLength is { } length && length > MaxBodyBytes(context)
            ? Problem.TooLarge.WriteAsync(context.Response)
            : next(context));

    /// <summary>A proxied route may allow more (or less) than the edge's own.</summary>
    private static long MaxBodyBytes(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.MaxRequestBodySize ?? Wire.MaxBodyBytes;
}
