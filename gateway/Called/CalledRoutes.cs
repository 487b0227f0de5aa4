using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Gateway.Called.ByMail;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Tickets;
using FlashSale.Pages;
using FlashSale.Queue;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called;

/// <summary>
/// <c>PUT</c> and <c>DELETE /sales/{sale}/ticket/push</c>: how the shopper of a ticket is called; <c>GET
/// /called-worker.js</c>: the script that a browser wakes for it.
/// </summary>
public sealed class CalledRoutes(
    EdgeCatalog catalog, TicketReader tickets, IOptions<CalledOptions> options, IServiceProvider services)
{
    public const string WorkerPath = "/called-worker.js";

    /// <summary>For a phone that calls only pages on its home screen.</summary>
    private const string ManifestPath = "/called.webmanifest";
    private const string Path = "/sales/{sale}/ticket/push";

    private static readonly Document s_worker = new(
        "text/javascript; charset=utf-8", Assets.Bytes(typeof(CalledRoutes).Assembly, WorkerPath[1..]));

    public static void Map(IEndpointRouteBuilder routes)
    {
        var called = routes.ServiceProvider.GetRequiredService<CalledRoutes>();
        var limits = routes.ServiceProvider.GetRequiredService<RateLimits>();
        routes.MapPut(Path, limits.Other.Before(called.AskAsync));
        routes.MapDelete(Path, limits.Other.Before(called.ForgetAsync));
        routes.MapGet(WorkerPath, limits.Other.Before(called.WorkerAsync));
        routes.MapGet(ManifestPath, limits.Other.Before(called.ManifestAsync));
        MailRoutes.Map(routes);
    }

    private Task WorkerAsync(HttpContext context) =>
        options.Value.IsOn ? s_worker.SendAsync(context) : Problem.NotFound.WriteAsync(context.Response);

    /// <summary>A page of the home screen begins where it was put there.</summary>
    private Task ManifestAsync(HttpContext context)
    {
        if (!options.Value.IsOn) return Problem.NotFound.WriteAsync(context.Response);
        var start = context.Request.QueryValue("start");
        if (start is null || start.Length > PublicTargets.MaxUrlLength
            || !start.StartsWith("/line/", StringComparison.Ordinal))
            return Problem.Malformed.WriteAsync(context.Response, "start is the address of a line's page.");
        return context.Response.WriteAsJsonAsync(
            new { start_url = start, scope = "/", display = "standalone" }, options: null, "application/manifest+json");
    }

    private async Task AskAsync(HttpContext context)
    {
        if (await TicketAsync(context).ConfigureAwait(false) is not var (listed, ticket)) return;
        var body = await Bodies.ReadAsync(context).ConfigureAwait(false);
        var problem = body.Problem;
        var renews = problem is null && body.Flag("renews", ref problem);
        var subscription = problem is null ? Read(body, ref problem) : null;
        var how = problem is null
            ? services.GetRequiredService<SubscriptionSeal>().Seal(
                ticket.Sale, ticket.Place, subscription!,
                services.GetRequiredService<PushServices>().NumberOf(subscription!.Endpoint)!.Value) : null;
        if (how is null)
        {
            await (problem ?? Problem.TooLarge).WriteAsync(context.Response).ConfigureAwait(false);
            return;
        }

        var sleepers = services.GetRequiredService<Sleepers>();
        var outcome = await sleepers.AskAsync(listed.Sale, ticket, how, options.Value.MaxAsked, renews).ConfigureAwait(false);
        await AnswerAsync(context.Response, outcome).ConfigureAwait(false);
    }

    /// <summary>What has become of a wish to be called.</summary>
    public static Task AnswerAsync(HttpResponse response, AskOutcome outcome)
    {
        const string Many = "As many shoppers have asked to be called as may.";
        switch (outcome)
        {
            case AskOutcome.Kept:
                response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case AskOutcome.NotWaiting:
                return Problem.NotWaiting.WriteAsync(response);
            case AskOutcome.TooMany:
                return Problem.Unavailable.WriteAsync(response, Many, retryAfterSeconds: 60);
            default:
                return Problem.Unavailable.WriteAsync(response);
        }
    }

    private async Task ForgetAsync(HttpContext context)
    {
        if (await TicketAsync(context).ConfigureAwait(false) is not var (_, ticket)) return;
        if (await services.GetRequiredService<Sleepers>().ForgetAsync(ticket).ConfigureAwait(false))
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else await Problem.Unavailable.WriteAsync(context.Response).ConfigureAwait(false);
    }

    private ValueTask<(ListedSale Listed, Ticket Ticket)?> TicketAsync(HttpContext context) =>
        TicketAsync(context, options.Value.IsOn, "Nobody is called here.", catalog, tickets);

    /// <summary>Whose way of being called it is; null after the request has been refused.</summary>
    /// <param name="off">What is said where it is not on.</param>
    internal static async ValueTask<(ListedSale Listed, Ticket Ticket)?> TicketAsync(
        HttpContext context, bool isOn, string off, EdgeCatalog catalog, TicketReader tickets)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!isOn)
        {
            await Problem.NotFound.WriteAsync(context.Response, off).ConfigureAwait(false);
            return null;
        }

        if (await catalog.SaleAsync(context).ConfigureAwait(false) is not { } listed) return null;
        if (tickets.TryRead(context.Request, listed, out var ticket)) return (listed, ticket);
        await tickets.Refusal(context.Request, listed).WriteAsync(context.Response).ConfigureAwait(false);
        return null;
    }

    /// <summary>As a browser's <c>PushSubscription</c> writes itself.</summary>
    private Subscription? Read(in Body body, ref Problem? problem)
    {
        var endpoint = body.Text("endpoint", ref problem);
        JsonElement keys = default;
        if (problem is null && endpoint is not null && body.Json.TryGetProperty("keys", out keys)
            && keys.ValueKind == JsonValueKind.Object && services.GetRequiredService<PushServices>().IsAllowed(endpoint)
            && Key(keys, "p256dh", Subscription.KeyBytes) is { } point && PushCipher.IsPoint(point)
            && Key(keys, "auth", Subscription.AuthBytes) is { } auth)
            return new Subscription(endpoint, point, auth);
        problem ??= Problem.Malformed;
        return null;
    }

    private static byte[]? Key(JsonElement keys, string name, int length)
    {
        if (!keys.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String) return null;
        var key = new byte[length];
        return FixedBase64Url.TryDecode(value.GetString(), key) ? key : null;
    }
}
