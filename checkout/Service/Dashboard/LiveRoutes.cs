using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;

namespace FlashSale.Checkout.Dashboard;

/// <summary>
/// <c>GET /admin/live[?sale=…]</c>: a stream of server-sent events for the dashboard, <c>sales</c> each second, or
/// <c>history</c> once and then <c>sale</c> each second.
/// </summary>
public static class LiveRoutes
{
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services.AddSingleton<LiveReader>();
        services.AddSingleton<SystemParts>();
        services.AddSingleton<LiveFeed>();
        return services.AddHostedService(provider => provider.GetRequiredService<LiveFeed>());
    }

    /// <summary>Adds the stream to the group of the operators' guard.</summary>
    public static void MapLive(this RouteGroupBuilder admin) => admin.MapGet("/live", LiveAsync)
        .Needs(OperatorRole.Viewer, OperatorReach.Own);

    private static async Task<IResult> LiveAsync(HttpContext context, string? sale)
    {
        var services = context.RequestServices;
        SaleId? wanted = null;
        if (!string.IsNullOrEmpty(sale))
        {
            if (!SaleId.TryParse(sale, out var id)) return Problem.Malformed.Result("not a sale id");
            var known = await services.GetRequiredService<SaleCatalog>().FindAsync(id, context.RequestAborted).ConfigureAwait(false);
            if (known is null) return Problem.UnknownSale.Result();
            if (!Operator.Of(context).MayReach(known.Sale.Storefront)) return Problem.NotAllowed.Result();
            wanted = id;
        }

        if (RouteMethods.IsHead(context)) return Results.Bytes(Array.Empty<byte>(), "text/event-stream");
        var feed = services.GetRequiredService<LiveFeed>();
        var viewer = feed.Enter(wanted);
        if (viewer is null) return Problem.Unavailable.Result("too many dashboards are open", retryAfterSeconds: 10);
        context.Response.RegisterForDispose(viewer);
        // An edge or proxy in between must pass each event on at once.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        return TypedResults.ServerSentEvents(EventsAsync(context, feed, wanted, stopping, context.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        HttpContext context, LiveFeed feed, SaleId? sale, CancellationToken stopping, [EnumeratorCancellation] CancellationToken aborted)
    {
        var who = Operator.Of(context);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        if (sale is { } id) yield return new SseItem<string>(feed.History(id), "history");
        while (!end.IsCancellationRequested)
        {
            string? json;
            try
            {
                json = await feed.NextAsync(sale, who, end.Token).ConfigureAwait(false);
                if (!await MayGoOnAsync(context, who, sale).ConfigureAwait(false)) yield break;
            }
            catch (OperationCanceledException)
            {
                yield break;
            }

            if (json is not null) yield return new SseItem<string>(json, sale is null ? "sales" : "sale");
        }
    }

    /// <summary>A stream outlives its request's check: the key may be revoked meanwhile, or the sale another storefront's.</summary>
    private static async ValueTask<bool> MayGoOnAsync(HttpContext context, Operator who, SaleId? sale)
    {
        var services = context.RequestServices;
        if (sale is { } id && services.GetRequiredService<SaleCatalog>().Latest?.Sales.GetValueOrDefault(id) is { } row
            && !who.MayReach(row.Sale.Storefront)) return false;
        return await services.GetRequiredService<OperatorDoor>().IsStillAsync(who, context).ConfigureAwait(false);
    }
}
