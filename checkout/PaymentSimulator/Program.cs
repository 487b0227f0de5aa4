using FlashSale.PaymentSimulator.Api;
using FlashSale.PaymentSimulator.Challenges;
using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Page;

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
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapStripeApi();
        app.MapChallenges();
        app.MapFaults();
        app.MapPage();
        return app;
    }
}
