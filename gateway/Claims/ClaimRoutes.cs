using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Gate;
using FlashSale.Gateway.Tickets;
using FlashSale.Queue;

namespace FlashSale.Gateway.Claims;

/// <summary><c>POST /sales/{sale}/admission</c>.</summary>
public sealed class ClaimRoutes(EdgeCatalog catalog, ClaimExchange claiming, Places places, PublicOrigin origin)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var claims = routes.ServiceProvider.GetRequiredService<ClaimRoutes>();
        var limits = routes.ServiceProvider.GetRequiredService<RateLimits>();
        routes.MapPost("/sales/{sale}/admission", limits.Claims.Before(claims.ClaimAsync));
    }

    private async Task ClaimAsync(HttpContext context)
    {
        var body = await Bodies.ReadAsync(context).ConfigureAwait(false);
        var problem = body.Problem;
        var asked = body.Text("returnUrl", ref problem) ?? context.Request.Query["returnUrl"].FirstOrDefault();
        if (problem is not null)
        {
            await problem.WriteAsync(context.Response).ConfigureAwait(false);
            return;
        }
        if (await catalog.SaleAsync(context).ConfigureAwait(false) is not { } listed) return;
        if (origin.ReturnUrl(context, listed, asked) is not { } returnUrl)
        {
            await Problem.ReturnUrlNotAllowed.WriteAsync(context.Response).ConfigureAwait(false);
            return;
        }

        switch (await claiming.ClaimAsync(context, listed).ConfigureAwait(false))
        {
            case ExchangeOutcome.Claimed { Answer: var answer }:
                context.Response.Headers.CacheControl = "no-store";
                var view = new AdmissionView(answer.AdmissionId, answer.Token, answer.Unit, answer.RedeemBy,
                    returnUrl.Continue(answer.Token));
                await context.Response.WriteAsJsonAsync(view, Wire.Json, context.RequestAborted).ConfigureAwait(false);
                break;
            case ExchangeOutcome.Refused refused:
                object? place = refused.Place is { } at ? Place(listed, at.Ticket, at.Status) : null;
                await refused.Problem.WriteAsync(context.Response, extensions: [("place", place), ("order", refused.Purchase)])
                    .ConfigureAwait(false);
                break;
        }
    }

    /// <summary>The place of one whose turn it is not, who will poll on: as a poll is answered.</summary>
    private JsonElement Place(ListedSale listed, in Ticket ticket, PlaceStatus status)
    {
        var place = places.Look(listed, ticket, status);
        return PlaceWriter.Element(listed, place, places.TellNextPoll(listed, ticket, place));
    }
}
