using FlashSale.Admission;
using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Queue;

namespace FlashSale.Gateway.Health;

/// <param name="Missing">What the edge still lacks to serve shoppers.</param>
public sealed record Readiness(bool Ready, IReadOnlyList<string> Missing);

/// <summary>Live: the process runs. Ready: it knows the sales, the keys and the line, and isn't stopping.</summary>
public static class HealthRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var catalog = services.GetRequiredService<SaleCatalog>();
        var keys = services.GetRequiredService<AdmissionKeys>();
        var line = services.GetRequiredService<Line>();
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

        routes.MapGet("/health/live", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return context.Response.WriteAsJsonAsync(new { live = true }, context.RequestAborted);
        });
        routes.MapGet("/health/ready", (HttpContext context) =>
        {
            List<string> missing = [];
            if (!catalog.IsReady) missing.Add("catalog");
            if (!keys.IsReady) missing.Add("keys");
            if (!line.IsReady) missing.Add("line");
            if (stopping.IsCancellationRequested) missing.Add("stopping");
            context.Response.Headers.CacheControl = "no-store";
            if (missing.Count > 0) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsJsonAsync(
                new Readiness(missing.Count == 0, missing), Wire.Json, context.RequestAborted);
        });
    }
}
