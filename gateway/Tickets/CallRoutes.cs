using System.Globalization;

using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Edge;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary><c>GET /sales/{sale}/calls</c>: the public log of calls, without a shopper in it.</summary>
public static class CallRoutes
{
    /// <summary>A page that is full and of a named epoch never changes.</summary>
    private const string Forever = "public, max-age=86400, immutable";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var catalog = services.GetRequiredService<EdgeCatalog>();
        var line = services.GetRequiredService<Line>();
        var limits = services.GetRequiredService<RateLimits>();
        routes.MapGet("/sales/{sale}/calls", limits.Other.Before(async context =>
        {
            if (await catalog.SaleAsync(context).ConfigureAwait(false) is not { } listed) return;
            if (!TryRead(context.Request, "after", 2L * Call.Most, out var after)
                || !TryRead(context.Request, "epoch", uint.MaxValue, out var epoch))
            {
                await Problem.Malformed.WriteAsync(context.Response).ConfigureAwait(false);
                return;
            }

            if (await line.CallsAsync(listed.Sale.Id, epoch > 0 ? (uint)epoch : null, after).ConfigureAwait(false) is not { } page)
            {
                await Problem.Unavailable.WriteAsync(context.Response).ConfigureAwait(false);
                return;
            }

            context.Response.Headers.CacheControl = epoch > 0 && page.IsFull ? Forever : "public, max-age=1";
            await context.Response.WriteAsJsonAsync(CallsView.Of(page), Wire.Json, context.RequestAborted).ConfigureAwait(false);
        }));
    }

    /// <summary>A parameter of digits, 0 when it is absent.</summary>
    private static bool TryRead(HttpRequest request, string name, long most, out long value)
    {
        value = 0;
        string? text = request.Query[name];
        return string.IsNullOrEmpty(text)
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= most);
    }
}
