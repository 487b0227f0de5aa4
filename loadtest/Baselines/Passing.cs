using Yarp.ReverseProxy.Configuration;

namespace FlashSale.Baselines;

/// <summary>Requests passed on, with nothing else configured.</summary>
internal static class Passing
{
    /// <summary>What services ask is passed on; everything else is answered with four bytes.</summary>
    public static WebApplication Upstream(string[] args)
    {
        var app = Build(args, "/internal/{**path}");
        app.MapFallback("{**path}", context =>
        {
            context.Response.ContentLength = 4;
            "ok.\n"u8.CopyTo(context.Response.BodyWriter.GetSpan(4));
            context.Response.BodyWriter.Advance(4);
            return Task.CompletedTask;
        });
        return app;
    }

    /// <summary>YARP that passes what matches on to an upstream.</summary>
    public static WebApplication Build(string[] args, string path)
    {
        var builder = Program.Quiet(args);
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "upstream", Match = new RouteMatch { Path = path } }],
            [
                new ClusterConfig
                {
                    ClusterId = "upstream",
                    Destinations = new Dictionary<string, DestinationConfig>
                    {
                        ["only"] = new() { Address = Program.Required(builder, "to") },
                    },
                },
            ]);
        var app = builder.Build();
        app.MapReverseProxy();
        return app;
    }
}
