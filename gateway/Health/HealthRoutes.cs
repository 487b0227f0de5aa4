using FlashSale.Admission;
using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Queue;

namespace FlashSale.Gateway.Health;

/// <summary>
/// Live: the process runs. Ready: it has come to know the sales, the keys and the line, and isn't stopping.
/// </summary>
public static class HealthRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var catalog = services.GetRequiredService<EdgeCatalog>();
        var keys = services.GetRequiredService<AdmissionKeys>();
        var line = services.GetRequiredService<Line>();
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

        // Losing the line later doesn't make an edge unready. All edges lose Redis in the same second, and would leave their
        // load balancer together: nobody would answer those who wait (from memory) or let the admitted through. An edge that
        // alone has lost it stays too, as it cannot tell: its joins are answered 503 with Retry-After, and the alert names it.
        var hasKnownTheLine = false;

        routes.MapGet("/health/live", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return context.Response.WriteAsJsonAsync(new { live = true }, context.RequestAborted);
        });
        routes.MapGet("/health/ready", (HttpContext context) =>
        {
            List<string> missing = [], degraded = [];
            if (!catalog.IsReady) missing.Add("catalog");
            if (!keys.IsReady) missing.Add("keys");
            if (line.IsReady) Volatile.Write(ref hasKnownTheLine, true);
            else (Volatile.Read(ref hasKnownTheLine) ? degraded : missing).Add("line");
            if (stopping.IsCancellationRequested) missing.Add("stopping");
            context.Response.Headers.CacheControl = "no-store";
            if (missing.Count > 0) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsJsonAsync(
                new EdgeReadiness(missing.Count == 0, missing, degraded), Wire.Json, context.RequestAborted);
        });
    }
}
