using FlashSale.PaymentSimulator.Api;
using FlashSale.PaymentSimulator.Challenges;
using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Hosted;
using FlashSale.PaymentSimulator.Intents;
using FlashSale.PaymentSimulator.Money;
using FlashSale.PaymentSimulator.Page;
using FlashSale.PaymentSimulator.Webhooks;

namespace FlashSale.PaymentSimulator;

/// <summary>The service as a table of contents.</summary>
public static class Program
{
    public static Task Main(string[] args) => Build(args).RunAsync();

    /// <summary>Builds the service without starting it; tests host it in-process.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddSimulator();
        builder.Services.AddMoney().AddIntents().AddFaults().AddPage().AddWebhooks().AddChallenges().AddHosted()
            .AddStripeApi();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapStripeApi();
        app.MapChallenges();
        app.MapHosted();
        app.MapFaults();
        app.MapPage();
        return app;
    }
}
