using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Payments.Webhooks;
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
        builder.Services.AddServiceKey();
        builder.Services.AddLedger();
        builder.Services.AddPayments();
        builder.Services.AddWebhooks();
        configure?.Invoke(builder);
        builder.AddTelemetry("checkout");
        var app = builder.Build();
        app.MapPaymentWebhooks();
        app.MapGet("/health/live", () => Results.Ok());
        return app;
    }
}
