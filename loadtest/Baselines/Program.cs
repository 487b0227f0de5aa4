using Microsoft.Extensions.Primitives;

using Yarp.ReverseProxy.Configuration;

namespace FlashSale.Baselines;

/// <summary>
/// What a user would run instead, as programs: <c>bare</c> is Kestrel answering every request with the bytes of a file;
/// <c>proxy</c> is YARP passing every request to an upstream. <c>upstream</c> is a trivial storefront: it passes what
/// services ask (<c>/internal</c>) to the real checkout and answers everything else with four bytes. Nothing else is
/// configured, logged or measured in them.
/// </summary>
public static class Program
{
    /// <summary>
    /// <c>bare --file BODY --headers FILE [--status N] --urls U</c> (a header a line), <c>proxy --to URL --urls U</c>, or
    /// <c>upstream --to URL --urls U</c>.
    /// </summary>
    public static Task Main(string[] args)
    {
        var mode = args.Length > 0 ? args[0] : "";
        return mode switch
        {
            "bare" => Bare(args[1..]).RunAsync(),
            "proxy" => Proxy(args[1..]).RunAsync(),
            "upstream" => Upstream(args[1..]).RunAsync(),
            _ => throw new ArgumentException("the first argument is 'bare', 'proxy' or 'upstream'"),
        };
    }

    private static WebApplication Bare(string[] args)
    {
        var builder = Quiet(args);
        var bytes = File.ReadAllBytes(Required(builder, "file"));
        var headers = File.ReadLines(Required(builder, "headers")).Select(line => line.Split(": ", 2))
            .GroupBy(pair => pair[0], pair => pair[1])
            .Select(header => (header.Key, Values: new StringValues([.. header]))).ToArray();
        var status = builder.Configuration.GetValue("status", StatusCodes.Status200OK);
        var app = builder.Build();
        app.Run(context =>
        {
            var response = context.Response;
            response.StatusCode = status;
            foreach (var (name, values) in headers) response.Headers[name] = values;
            response.ContentLength = bytes.Length;
            bytes.CopyTo(response.BodyWriter.GetSpan(bytes.Length));
            response.BodyWriter.Advance(bytes.Length);
            return Task.CompletedTask;
        });
        return app;
    }

    private static WebApplication Upstream(string[] args)
    {
        var app = Passing(args, "/internal/{**path}");
        app.MapFallback("{**path}", context =>
        {
            context.Response.ContentLength = 4;
            "ok.\n"u8.CopyTo(context.Response.BodyWriter.GetSpan(4));
            context.Response.BodyWriter.Advance(4);
            return Task.CompletedTask;
        });
        return app;
    }

    private static WebApplication Proxy(string[] args) => Passing(args, "{**path}");

    private static WebApplication Passing(string[] args, string path)
    {
        var builder = Quiet(args);
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "upstream", Match = new RouteMatch { Path = path } }],
            [
                new ClusterConfig
                {
                    ClusterId = "upstream",
                    Destinations = new Dictionary<string, DestinationConfig>
                    {
                        ["only"] = new() { Address = Required(builder, "to") },
                    },
                },
            ]);
        var app = builder.Build();
        app.MapReverseProxy();
        return app;
    }

    private static WebApplicationBuilder Quiet(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders();
        return builder;
    }

    private static string Required(WebApplicationBuilder builder, string key) =>
        builder.Configuration[key] ?? throw new ArgumentException($"--{key} is required");
}
