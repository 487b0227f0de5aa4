using FlashSale.Checkout.Access;
using FlashSale.Checkout.Audit;
using FlashSale.Checkout.Dashboard;
using FlashSale.Checkout.Docs;
using FlashSale.Checkout.Health;
using FlashSale.Checkout.Http;
using FlashSale.Checkout.Internal;
using FlashSale.Checkout.Journal;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Operators;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Reservations;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.Shop;
using FlashSale.Checkout.Storefronts;
using FlashSale.Checkout.WaitingRooms;
using FlashSale.Checkout.Watch;
using FlashSale.Checkout.Webhooks;
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
        builder.AddHttp();
        builder.Services.AddLedger().AddWaitingRooms().AddWatch();
        builder.Services.AddSales().AddStorefronts();
        builder.Services.AddReservations().AddPayments();
        builder.Services.AddAccess(builder.Configuration).AddJournal().AddOperators().AddAudit().AddInternal();
        builder.Services.AddShop().AddDashboard().AddWebhooks().AddDocs();
        configure?.Invoke(builder);
        builder.AddTelemetry("checkout");

        var app = builder.Build();
        app.UseHttp();
        app.MapHealth();
        app.MapReservations();
        app.MapPayments();
        app.MapInternalRoutes();
        app.MapShop();
        app.MapDashboard();
        app.MapOwnWebhooks();
        var admin = app.MapAdmin();
        admin.MapSettings();
        admin.MapJournal();
        admin.MapAudit();
        admin.MapPaymentDesk();
        admin.MapLive();
        admin.MapWebhooks();
        app.MapDocs();
        return app;
    }
}
