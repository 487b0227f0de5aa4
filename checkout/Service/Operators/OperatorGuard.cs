using System.Security.Cryptography;
using System.Text;

using FlashSale.Checkout.Http;
using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Operators;

/// <summary>The guard of the operators' routes.</summary>
public static class OperatorGuard
{
    /// <summary>A group under <c>/admin</c> that only the admin key opens.</summary>
    public static RouteGroupBuilder MapAdmin(this IEndpointRouteBuilder routes)
    {
        var expected = Convert.FromHexString(
            routes.ServiceProvider.GetRequiredService<IOptions<OperatorOptions>>().Value.AdminKeyHash);
        var group = routes.MapGroup("/admin");
        group.AddEndpointFilter(async (context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            var given = SHA256.HashData(Encoding.UTF8.GetBytes(BearerToken.Of(context.HttpContext) ?? ""));
            return CryptographicOperations.FixedTimeEquals(given, expected)
                ? await next(context).ConfigureAwait(false)
                : Problem.ApiKeyInvalid.Result();
        });
        return group;
    }
}
