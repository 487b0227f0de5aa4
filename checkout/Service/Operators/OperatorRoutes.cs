using FlashSale.Checkout.Access;
using FlashSale.Checkout.Http;
using FlashSale.Contract;

namespace FlashSale.Checkout.Operators;

/// <summary>Operators by name, for those who may set up all of them: an admin of all storefronts.</summary>
public static class OperatorRoutes
{
    /// <summary>Adds the routes to the operators' group.</summary>
    public static void MapOperators(this RouteGroupBuilder admin)
    {
        var operators = admin.MapGroup("/operators").Needs(OperatorRole.Admin, OperatorReach.Everything);
        operators.AddEndpointFilter((context, next) =>
            // In the form of an id, so that nobody is named like what is no operator.
            context.HttpContext.Request.RouteValues.TryGetValue("name", out var name) && !StorefrontId.TryParse(name as string, out _)
                ? ValueTask.FromResult<object?>(Problem.Malformed.Result("not an operator's name: small letters, digits and hyphens"))
                : next(context));
        operators.MapGet("", async (OperatorStore store, CancellationToken cancel) =>
            Results.Json(new { operators = await store.ListAsync(cancel).ConfigureAwait(false) }, Wire.Json));
        operators.MapGet("/{name}", async (string name, OperatorStore store, CancellationToken cancel) =>
            await store.FindAsync(name, cancel).ConfigureAwait(false) is { } found ? Results.Json(found, Wire.Json) : Problem.NotFound.Result());
        operators.MapPut("/{name}", PutAsync);
        operators.MapPost("/{name}/key", async (string name, HttpContext context, OperatorStore store, CancellationToken cancel) =>
            await store.RenewKeyAsync(Operator.Of(context), name, cancel).ConfigureAwait(false) is { } apiKey
                ? Results.Json(new { apiKey }, Wire.Json) : Problem.NotFound.Result());
        operators.MapDelete("/{name}", async (string name, HttpContext context, OperatorStore store, CancellationToken cancel) =>
        {
            await store.RevokeAsync(Operator.Of(context), name, cancel).ConfigureAwait(false);
            return Results.NoContent();
        });
    }

    private static async Task<IResult> PutAsync(string name, HttpContext context, OperatorStore store, CancellationToken cancel)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, cancel).ConfigureAwait(false);
        if (problem is not null) return problem;
        var (saved, created, errors) = await store.PutAsync(Operator.Of(context), name, body, cancel).ConfigureAwait(false);
        return saved is null
            ? Problem.Malformed.Result(string.Join("; ", errors), extensions: ("errors", errors))
            : Results.Json(saved, Wire.Json, statusCode: created ? 201 : 200);
    }
}
