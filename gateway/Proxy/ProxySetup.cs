using FlashSale.Contract;
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
            .ConfigureHttpClient((_, handler) =>
            {
                handler.ConnectTimeout = s_connectTimeout;
                handler.RequestHeaderEncodingSelector = handler.ResponseHeaderEncodingSelector = (_, _) => HeaderBytes.Encoding;
            })
            .AddTransforms(ProxyHeaders.Add)
            .AddTransforms(UpstreamPaths.Add);
        return services;
    }

    public static void MapProxy(this IEndpointRouteBuilder routes)
    {
        var gate = routes.ServiceProvider.GetRequiredService<GateKeeper>();
        var guard = routes.ServiceProvider.GetRequiredService<KeyGuard>();
        var limits = routes.ServiceProvider.GetRequiredService<RateLimits>();
        routes.MapReverseProxy(proxy =>
        {
            proxy.Use(async (context, next) =>
            {
                var rules = context.GetRouteModel().Config.Metadata;
                var key = KeyGuard.KeyOf(context.Request, rules);
                if (await RefuseAsync(context, rules, key, guard, limits).ConfigureAwait(false)) return;
                if (key is not null) guard.LearnFrom(context, key);
                if (!await gate.LetThroughAsync(context, rules).ConfigureAwait(false)) return;
                UpstreamPaths.Spell(context);
                RouteMethods.RestoreMethod(context);
                // Goes to the end of the pool's queue: what has gathered meanwhile is sent on together. With one request after
                // the other the upstream wakes and sleeps for each (measured in docs/performance.md).
                await Task.Yield();
                await UpstreamErrors.HandleAsync(context, next).ConfigureAwait(false);
            });
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        });
    }

    /// <summary>
    /// True when the request has been refused: its client asks too often, its keys keep turning out wrong, or its key can be none.
    /// </summary>
    private static async ValueTask<bool> RefuseAsync(
        HttpContext context, IReadOnlyDictionary<string, string>? rules, string? key, KeyGuard guard, RateLimits limits)
    {
        if (rules?.ContainsKey(ProxyRoutes.Uncounted) is true || (key is not null && guard.IsKnown(key))) return false;
        var wait = limits.Other.Take(context) ?? (key is null ? null : guard.Wait(context));
        if (wait is not null)
        {
            await ClientLimit.RefuseAsync(context, wait.Value).ConfigureAwait(false);
            return true;
        }

        if (key is null || rules!.ContainsKey(GateRules.TakesOperatorKeys) || StorefrontKey.IsWellFormed(key)) return false;
        guard.Wrong(context);
        await Problem.ApiKeyInvalid.WriteAsync(context.Response).ConfigureAwait(false);
        return true;
    }
}
