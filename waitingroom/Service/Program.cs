using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Telemetry;
using FlashSale.WaitingRoom.Claims;
using FlashSale.WaitingRoom.Health;
using FlashSale.WaitingRoom.Keys;
using FlashSale.WaitingRoom.Pumping;

namespace FlashSale.WaitingRoom;

/// <summary>The service as a table of contents.</summary>
public static class Program
{
    public static Task Main(string[] args) => Build(args).RunAsync();

    /// <summary>Builds the service without starting it; tests host it in-process.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = Wire.MaxBodyBytes;
            HeaderBytes.Keep(kestrel);
        });
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        builder.Services.ConfigureHttpJsonOptions(json => Wire.Configure(json.SerializerOptions));
        builder.Services.AddDraining();
        builder.Services.AddLineRedis(builder.Configuration);
        builder.Services.AddAdmissionKeys(builder.Configuration);
        builder.Services.AddPump(builder.Configuration);
        configure?.Invoke(builder);
        builder.AddTelemetry("waitingroom");

        var app = builder.Build();
        app.UseDraining();
        app.UseNotFound();
        app.UseRouteMethods();
        app.UseRouting(); // Here: left out, the host puts it before all of this.
        app.MapHealth();
        app.MapAdmissionKeys();
        app.MapLine();
        return app;
    }
}
