using FlashSale.Contract;

namespace FlashSale.Checkout.Access;

/// <summary>The guard of the operators' routes.</summary>
public static class OperatorGuard
{
    /// <summary>A group under <c>/admin</c> that only operators may call, each route those whom it <see cref="Needs"/>.</summary>
    public static RouteGroupBuilder MapAdmin(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var door = routes.ServiceProvider.GetRequiredService<OperatorDoor>();
        routes.MapOpenId();
        var group = routes.MapGroup("/admin");
        group.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            http.Response.Headers.CacheControl = "no-store";
            var (who, refusal) = await door.RecogniseAsync(http).ConfigureAwait(false);
            if (who is null) return refusal;
            if (!await door.MayAsync(who, http).ConfigureAwait(false)) return Problem.NotAllowed.Result();
            http.Features.Set(who);
            return await next(context).ConfigureAwait(false);
        });
        ((IEndpointConventionBuilder)group).Finally(route =>
        {
            if (!route.Metadata.OfType<OperatorAccess>().Any())
                throw new InvalidOperationException($"{route.DisplayName} does not say whom it needs.");
        });
        group.MapGet("/me", (HttpContext context) =>
        {
            var who = Operator.Of(context);
            return Results.Json(new { who.Name, who.Role, who.Storefront }, Wire.Json);
        }).Needs(OperatorRole.Viewer, OperatorReach.Own);
        return group;
    }

    /// <summary>Says who may call the route.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder route, OperatorRole role, OperatorReach reach) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new OperatorAccess(role, reach));
}
