using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FlashSale.Contract;

/// <summary>Registration and the guard of internal routes.</summary>
public static class ServiceKey
{
    public const string Scheme = "Service";

    /// <summary>Binds <see cref="ServiceKeyOptions"/>; a missing or short key stops the start.</summary>
    public static IServiceCollection AddServiceKey(this IServiceCollection services)
    {
        services.AddOptions<ServiceKeyOptions>().BindConfiguration(ServiceKeyOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        return services;
    }

    /// <summary>The header with which a service calls another.</summary>
    public static AuthenticationHeaderValue Header(string key) => new(Scheme, key);

    /// <summary>A group under <c>/internal</c> that only services may call; anyone else gets a 404.</summary>
    public static RouteGroupBuilder MapInternal(this IEndpointRouteBuilder routes)
    {
        var expected = Hash(routes.ServiceProvider.GetRequiredService<IOptions<ServiceKeyOptions>>().Value.Key);
        var group = routes.MapGroup("/internal");
        group.AddEndpointFilter(async (context, next) =>
        {
            var header = context.HttpContext.Request.Headers.Authorization.ToString();
            var given = header.StartsWith("Service ", StringComparison.Ordinal) ? header["Service ".Length..] : "";
            return CryptographicOperations.FixedTimeEquals(Hash(given), expected)
                ? await next(context).ConfigureAwait(false)
                : Problem.NotFound.Result();
        });
        return group;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
