using FlashSale.Contract;

namespace FlashSale.Checkout.Webhooks;

/// <summary>What <c>PUT …/webhook</c> takes.</summary>
public sealed record WebhookSettings(string? Url);

/// <summary>Its answer.</summary>
/// <param name="Secret">Shown once, at creation: <c>whsec_…</c>, with which each event is signed.</param>
public sealed record WebhookRegistered(string Storefront, string Url, string? Secret);

/// <summary><c>/admin/storefronts/{id}/webhook</c>: where a storefront hears of its units, and its dead letters.</summary>
public static class WebhookRoutes
{
    /// <param name="operators">A group under <c>/admin</c> that only operators may call.</param>
    public static void MapWebhooks(this IEndpointRouteBuilder operators)
    {
        var routes = operators.MapGroup("/storefronts/{id}/webhook").WithTags("Webhooks");
        routes.MapPut("", PutAsync).WithName("PutWebhook")
            .Produces<WebhookRegistered>().Produces<WebhookRegistered>(StatusCodes.Status201Created);
        routes.MapDelete("", DeleteAsync).WithName("DeleteWebhook").Produces(StatusCodes.Status204NoContent);
        routes.MapGet("/events", ListAsync).WithName("ListWebhookEvents").Produces<List<WebhookDelivery>>();
        routes.MapPost("/replay", ReplayAsync).WithName("ReplayWebhooks").Produces<int>();
    }

    private static async Task<IResult> PutAsync(
        string id, WebhookSettings settings, WebhookEndpoints endpoints, WebhookTargets targets, CancellationToken cancel)
    {
        if (!StorefrontId.TryParse(id, out var storefront)) return Problem.NotFound.Result();
        if (!targets.IsAllowed(settings.Url))
            return Problem.Malformed.Result("The url must be https, without credentials, and at a public address.");
        var (found, secret) = await endpoints.PutAsync(storefront, settings.Url!, cancel).ConfigureAwait(false);
        if (!found) return Problem.NotFound.Result();
        var answer = new WebhookRegistered(storefront.Value, settings.Url!, secret);
        return secret is null
            ? Results.Json(answer, Wire.Json)
            : Results.Json(answer, Wire.Json, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> DeleteAsync(string id, WebhookEndpoints endpoints, CancellationToken cancel)
    {
        if (!StorefrontId.TryParse(id, out var storefront)) return Problem.NotFound.Result();
        await endpoints.DeleteAsync(storefront, cancel).ConfigureAwait(false);
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
        string id, string? @event, WebhookEndpoints endpoints, CancellationToken cancel)
    {
        if (!StorefrontId.TryParse(id, out var storefront)) return Problem.NotFound.Result();
        return Results.Json(
            new { replayed = await endpoints.ReplayAsync(storefront, @event, cancel).ConfigureAwait(false) }, Wire.Json);
    }
}
