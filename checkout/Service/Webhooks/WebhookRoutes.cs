using System.Text.Json;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Http;
using FlashSale.Checkout.Storefronts;
using FlashSale.Contract;

namespace FlashSale.Checkout.Webhooks;

/// <summary>
/// <c>/storefronts/{id}/webhook</c>: where a storefront hears of its units, and its dead letters. For the storefront itself
/// with its API key, and under <c>/admin</c> for operators, who alone send dead letters again.
/// </summary>
public static class WebhookRoutes
{
    /// <param name="operators">A group under <c>/admin</c> that only operators may call.</param>
    public static void MapWebhooks(this IEndpointRouteBuilder operators)
    {
        Map(operators).MapPost("/replay", ReplayAsync).Needs(OperatorRole.Operator, OperatorReach.Storefront);
    }

    /// <summary>The storefront's own: only its API key opens them.</summary>
    public static void MapOwnWebhooks(this IEndpointRouteBuilder app) => Map(app).AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;
        http.Response.Headers.CacheControl = "no-store";
        var keys = http.RequestServices.GetRequiredService<StorefrontApiKeys>();
        var caller = await keys.FindAsync(BearerToken.Of(http), http.RequestAborted).ConfigureAwait(false);
        if (caller is null) return Problem.ApiKeyInvalid.Result();
        http.Features.Set(Operator.Shop(caller.Value, http));
        return caller.Value.Value == http.Request.RouteValues["id"] as string
            ? await next(context).ConfigureAwait(false) : Problem.NotFound.Result();
    });

    private static RouteGroupBuilder Map(IEndpointRouteBuilder to)
    {
        var routes = to.MapGroup("/storefronts/{id}/webhook");
        routes.MapPut("", PutAsync).Needs(OperatorRole.Admin, OperatorReach.Storefront);
        routes.MapDelete("", DeleteAsync).Needs(OperatorRole.Admin, OperatorReach.Storefront);
        routes.MapGet("/events", ListAsync).Needs(OperatorRole.Viewer, OperatorReach.Storefront);
        return routes;
    }

    private static async Task<IResult> PutAsync(
        string id, HttpContext context, WebhookEndpoints endpoints, WebhookTargets targets, CancellationToken cancel)
    {
        if (!StorefrontId.TryParse(id, out var storefront)) return Problem.NotFound.Result();
        var (body, problem) = await JsonBody.ReadAsync(context.Request, cancel).ConfigureAwait(false);
        if (problem is not null) return problem;
        var url = body.TryGetProperty("url", out var given) && given.ValueKind == JsonValueKind.String
            ? given.GetString()! : "";
        if (!targets.IsAllowed(url))
            return Problem.Malformed.Result("The url must be https, without credentials, and at a public address.");
        var (found, secret) = await endpoints.PutAsync(Operator.Of(context), storefront, url, cancel).ConfigureAwait(false);
        if (!found) return Problem.NotFound.Result();
        var answer = new WebhookRegistered(storefront.Value, url, secret);
        return secret is null
            ? Results.Json(answer, Wire.Json)
            : Results.Json(answer, Wire.Json, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> DeleteAsync(
        string id, HttpContext context, WebhookEndpoints endpoints, CancellationToken cancel)
    {
        if (!StorefrontId.TryParse(id, out var storefront)) return Problem.NotFound.Result();
        await endpoints.DeleteAsync(Operator.Of(context), storefront, cancel).ConfigureAwait(false);
        return Results.NoContent();
    }

    /// <param name="state"><c>dead</c> (the default) or <c>pending</c>.</param>
    private static async Task<IResult> ListAsync(
        string id, string? state, WebhookEndpoints endpoints, CancellationToken cancel)
    {
        if (!StorefrontId.TryParse(id, out var storefront)) return Problem.NotFound.Result();
        if (state is not (null or "dead" or "pending")) return Problem.Malformed.Result("state is dead or pending");
        var events = await endpoints.ListAsync(storefront, state != "pending", cancel).ConfigureAwait(false);
        return Results.Json(new { events }, Wire.Json);
    }

    /// <param name="event">One dead letter; all of them when absent.</param>
    private static async Task<IResult> ReplayAsync(
        string id, string? @event, HttpContext context, WebhookEndpoints endpoints, CancellationToken cancel)
    {
        if (!StorefrontId.TryParse(id, out var storefront)) return Problem.NotFound.Result();
        var replayed = await endpoints.ReplayAsync(Operator.Of(context), storefront, @event, cancel).ConfigureAwait(false);
        return Results.Json(new { replayed }, Wire.Json);
    }
}
