namespace FlashSale.Checkout.Http;

/// <summary>Answers that are one caller's business.</summary>
public static class NotStored
{
    /// <summary>A group of routes whose answers no cache may keep.</summary>
    public static RouteGroupBuilder MapNotStored(this IEndpointRouteBuilder routes, string prefix = "")
    {
        var group = routes.MapGroup(prefix);
        group.AddEndpointFilter(async (context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            return await next(context).ConfigureAwait(false);
        });
        return group;
    }
}
