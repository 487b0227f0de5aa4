using FlashSale.Baselines.Provider;
using FlashSale.Baselines.Shop;

namespace FlashSale.Baselines;

/// <summary>
/// What a user would run instead, as programs: <c>bare</c> is Kestrel answering every request with the bytes of a file;
/// <c>proxy</c> is YARP passing every request to an upstream. <c>upstream</c> is a trivial storefront: it passes what
/// services ask (<c>/internal</c>) to the real checkout and answers everything else with four bytes. Nothing else is
/// configured, logged or measured in them. <c>shop</c> sells without a line, from a stock of either usual kind, and
/// <c>provider</c> takes the payments of such a shop and of the checkout alike.
/// </summary>
public static class Program
{
    /// <summary>
    /// <c>bare --file BODY --headers FILE [--status N] --urls U</c> (a header a line), <c>proxy --to URL --urls U</c>, or
    /// <c>upstream --to URL --urls U</c>; <c>provider --urls U</c>, or <c>shop --stock counter|skiplocked --provider URL --urls U</c>
    /// with the ledger's connection string in <c>SHOP_MYSQL</c>, since a process list would show its password.
    /// </summary>
    public static Task Main(string[] args) => Build(args).RunAsync();

    /// <summary>Builds one of them without starting it; tests host it in-process.</summary>
    public static WebApplication Build(string[] args)
    {
        var mode = args.Length > 0 ? args[0] : "";
        return mode switch
        {
            "bare" => BareEndpoint.Build(args[1..]),
            "proxy" => Passing.Build(args[1..], "{**path}"),
            "upstream" => Passing.Upstream(args[1..]),
            "provider" => Provider(args[1..]),
            "shop" => Shop(args[1..]),
            _ => throw new ArgumentException("the first argument is 'bare', 'proxy', 'upstream', 'provider' or 'shop'"),
        };
    }

    private static WebApplication Provider(string[] args)
    {
        var app = Quiet(args).Build();
        StandIn.Map(app);
        app.MapGet("/", () => "ready");
        return app;
    }

    private static WebApplication Shop(string[] args)
    {
        var builder = Quiet(args);
        var stock = Enum.Parse<Stock>(Required(builder, "stock"), ignoreCase: true);
        var prefix = $"bench_{stock}".ToLowerInvariant();
        builder.AddShop(
            builder.Configuration["SHOP_MYSQL"] ?? throw new ArgumentException("SHOP_MYSQL is required"), prefix, stock,
            Required(builder, "provider").TrimEnd('/'));
        var app = builder.Build();
        app.MapShop(prefix, stock);
        app.MapGet("/", () => "ready");
        return app;
    }

    internal static WebApplicationBuilder Quiet(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders();
        return builder;
    }

    internal static string Required(WebApplicationBuilder builder, string key) =>
        builder.Configuration[key] ?? throw new ArgumentException($"--{key} is required");
}
