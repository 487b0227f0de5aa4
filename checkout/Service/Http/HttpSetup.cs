using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

namespace FlashSale.Checkout.Http;

/// <summary>What every request passes, and what the services say to each other.</summary>
public static class HttpSetup
{
    public static void AddHttp(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(HeaderBytes.Keep);
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        builder.Services.ConfigureHttpJsonOptions(json => Wire.Configure(json.SerializerOptions));
        // So that what is wrong with a request becomes a problem's body.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddServiceKey();
        builder.Services.AddDraining();
    }

    public static void UseHttp(this WebApplication app)
    {
        app.UseDraining();
        app.UseProblems();
        app.UseRouteMethods();
        app.UseRouting(); // Here: left out, the host puts it before all of this.
        app.UseSchemaGate();
    }
}
