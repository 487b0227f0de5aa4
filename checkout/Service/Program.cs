using FlashSale.Checkout.Audit;
using FlashSale.Checkout.Dashboard;
using FlashSale.Checkout.Docs;
using FlashSale.Checkout.Health;
using FlashSale.Checkout.Http;
using FlashSale.Checkout.Internal;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Operators;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Payments.Webhooks;
using FlashSale.Checkout.Reservations;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.Shop;
using FlashSale.Checkout.Webhooks;
using FlashSale.Contract;
using FlashSale.Telemetry;

namespace FlashSale.Checkout;

/// <summary>The service as a table of contents.</summary>
public static class Program
{
    public static Task Main(string[] args) => Build(args).RunAsync();

    /// <summary>Builds the service without starting it; tests host it in-process.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        builder.Services.ConfigureHttpJsonOptions(json => Wire.Configure(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // For a problem's body.
        builder.Services.AddServiceKey();
        builder.Services.AddDraining();
        builder.Services.AddLedger();
        builder.Services.AddSales();
        builder.Services.AddReservations();
        builder.Services.AddOperators();
        builder.Services.AddAudit();
        builder.Services.AddShop();
        builder.Services.AddListing();
        builder.Services.AddDashboard();
        builder.Services.AddPayments();
        builder.Services.AddWebhooks();
        builder.Services.AddDocs();
        configure?.Invoke(builder);
        builder.AddTelemetry("checkout");

        var app = builder.Build();
        app.UseDraining();
        app.UseProblems();
        app.MapHealth();
        app.MapReservations();
        app.MapPaymentWebhooks();
        app.MapInternalRoutes();
        app.MapOwnWebhooks();
        app.MapShop();
        app.MapOrders();
        app.MapDashboard();
        var admin = app.MapAdmin();
        admin.MapSettings();
        admin.MapAudit();
        admin.MapPaymentDesk();
        admin.MapLive();
        admin.MapWebhooks();
        app.MapDocs();
        return app;
    }
}
