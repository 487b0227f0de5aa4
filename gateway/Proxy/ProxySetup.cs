using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Gate;

namespace FlashSale.Gateway.Proxy;

/// <summary>The reverse proxy: its routes, the gate before them, and what happens when an upstream is down.</summary>
public static class ProxySetup
{
    /// <summary>Where operators add routes and clusters of their own (with <see cref="GateRules.Sale"/> metadata).</summary>
    private const string Section = "ReverseProxy";
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(1);

    public static IServiceCollection AddProxy(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>() ?? new GatewayOptions();
        // A wrong URL is told by the options' own validation, with the key's name; nothing is proxied then.
        var clusters = options.Validate(new(options)).Any() ? [] : ProxyRoutes.Clusters(options);
        services.AddReverseProxy()
            .LoadFromMemory(ProxyRoutes.Routes(options.AdminRoutes), clusters)
            .LoadFromConfig(configuration.GetSection(Section))
            .ConfigureHttpClient((_, handler) => handler.ConnectTimeout = s_connectTimeout)
            .AddTransforms(ProxyHeaders.Add)
            .AddTransforms(UpstreamPaths.Add);
        return services;
    }

    public static void MapProxy(this IEndpointRouteBuilder routes)
    {
        var gate = routes.ServiceProvider.GetRequiredService<GateKeeper>();
        var limits = routes.ServiceProvider.GetRequiredService<RateLimits>();
        routes.MapReverseProxy(proxy =>
        {
            proxy.Use(async (context, next) =>
            {
                var rules = context.GetRouteModel().Config.Metadata;
                if (IsCounted(context.Request, rules) && limits.Other.Take(context) is { } wait)
                {
                    await ClientLimit.RefuseAsync(context, wait).ConfigureAwait(false);
                    return;
                }
                if (!await gate.LetThroughAsync(context, rules).ConfigureAwait(false)) return;
                UpstreamPaths.Spell(context);
                // Goes to the end of the pool's queue: what has gathered meanwhile is sent on together. With one request after
                // the other the upstream wakes and sleeps for each (measured in docs/performance.md).
                await Task.Yield();
                await UpstreamErrors.HandleAsync(context, next).ConfigureAwait(false);
            });
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        });
    }

    /// <summary>Few addresses of servers send many requests; the checkout authenticates each.</summary>
    private static bool IsCounted(HttpRequest request, IReadOnlyDictionary<string, string>? rules) =>
        rules is null || !(rules.ContainsKey(ProxyRoutes.Uncounted) || AdmissionJudge.HasStorefrontKey(request, rules));
}
