using FlashSale.Gateway.Called;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Challenges;
using FlashSale.Gateway.Claims;
using FlashSale.Gateway.Docs;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Enqueue;
using FlashSale.Gateway.Gate;
using FlashSale.Gateway.Health;
using FlashSale.Gateway.Keys;
using FlashSale.Gateway.Pages;
using FlashSale.Gateway.Proxy;
using FlashSale.Gateway.Snippet;
using FlashSale.Gateway.Tickets;
using FlashSale.Queue;
using FlashSale.Telemetry;

namespace FlashSale.Gateway;

/// <summary>The service as a table of contents.</summary>
public static class Program
{
    public static Task Main(string[] args) => Build(args).RunAsync();

    /// <summary>Builds the service without starting it; tests host it in-process.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);

        builder.AddTelemetry("gateway", facesShoppers: true);
        builder.AddEdge();
        builder.Services.AddCatalog().AddKeys();
        builder.Services.AddLine(builder.Configuration);
        builder.Services.AddEnqueueTokens().AddChallenges().AddTickets();
        builder.Services.AddClaims().AddCalled(builder.Configuration).AddPages();
        builder.Services.AddGate(builder.Configuration);
        builder.Services.AddProxy(builder.Configuration);
        builder.Services.AddDocs();

        var app = builder.Build();
        app.UseEdge();
        app.UseStorefrontCors();
        app.UseRoutes();
        SaleRoutes.Map(app);
        CallRoutes.Map(app);
        TicketRoutes.Map(app);
        ClaimRoutes.Map(app);
        CalledRoutes.Map(app);
        LineRoutes.Map(app);
        Jwks.Map(app);
        SnippetRoutes.Map(app);
        VerifyRoutes.Map(app);
        HealthRoutes.Map(app);
        app.MapDocs(browsable: app.Configuration.GetValue<bool>("Gateway:AdminRoutes"));
        app.MapProxy();
        app.MapNothing();
        return app;
    }
}
