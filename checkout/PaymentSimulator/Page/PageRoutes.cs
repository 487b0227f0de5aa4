using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Page;

/// <summary>What the simulator shows: its ledger, and a page of what happened.</summary>
public static class PageRoutes
{
    /// <summary>Calls and webhooks on the page.</summary>
    private const int Shown = 200;

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Ok());
        routes.MapGet("/health/ready", () => Results.Ok());
        routes.MapGet("/sim/ledger", (string? sale, MoneyLedger ledger) => new { payments = ledger.Payments(sale) });
        routes.MapGet("/sim/calls", (RecentCalls recent) => recent.Latest(Shown));
        routes.MapGet("/", () => Results.Stream(
            typeof(PageRoutes).Assembly.GetManifestResourceStream("FlashSale.PaymentSimulator.Page.page.html")!,
            "text/html; charset=utf-8"));
    }
}
