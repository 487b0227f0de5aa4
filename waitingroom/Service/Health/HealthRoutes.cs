using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.WaitingRoom.Keys;
using FlashSale.WaitingRoom.Ledger;
using FlashSale.WaitingRoom.Pumping;

namespace FlashSale.WaitingRoom.Health;

/// <summary>Liveness and readiness.</summary>
public static class HealthRoutes
{
    private static readonly string? s_version = typeof(HealthRoutes).Assembly.GetName().Version?.ToString(3);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Ok());
        routes.MapGet("/health/ready", (LineRedis redis, PulledSales catalog, KeyRing keys, Leadership lease, Pump pump) =>
        {
            List<string> missing = [];
            if (!redis.IsConnected) missing.Add("redis");
            if (catalog.Age > SaleDecision.LedgerPatience + TimeSpan.FromSeconds(1)) missing.Add("ledger");
            if (!keys.IsReady) missing.Add("keys");
            if (!lease.AnotherLeads && !pump.IsLeading) missing.Add("leader");
            return missing.Count == 0
                ? Results.Json(new { ready = true, leading = pump.IsLeading, version = s_version }, Wire.Json)
                : Results.Json(new { ready = false, missing }, Wire.Json, statusCode: 503);
        });
    }
}
