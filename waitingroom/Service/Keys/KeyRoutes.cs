using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.WaitingRoom.Keys;

/// <summary>The issuer's routes.</summary>
public static class KeyRoutes
{
    /// <summary>A revoked key is out of every cache within five seconds of being revoked in any room.</summary>
    private const string JwksCaching = "public, max-age=1";

    public static IServiceCollection AddAdmissionKeys(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AdmissionKeyOptions>().Bind(configuration.GetSection(AdmissionKeyOptions.Section))
            .ValidateDataAnnotations()
            .Validate(options => options.KeysDirectory.Length > 0, "Admission:KeysDirectory is missing").ValidateOnStart();
        services.AddOptions<OperatorOptions>().Bind(configuration.GetSection(OperatorOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<KeyRing>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyRing>());
        return services;
    }

    public static void MapAdmissionKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/.well-known/jwks.json", (KeyRing keys, HttpResponse response) =>
        {
            response.Headers.CacheControl = JwksCaching;
            return Results.Bytes(keys.PublicKeys(), "application/json");
        });

        var expected = routes.ServiceProvider.GetRequiredService<IOptions<OperatorOptions>>().Value.AdminKeyHash;
        routes.MapPost("/admin/keys/rotate", (KeyRing keys, HttpRequest request) => Changed(request, expected, () =>
        {
            var key = keys.Rotate();
            return Results.Json(new { kid = key.Id, signsFrom = keys.SignsFrom(key) }, Wire.Json);
        }));
        routes.MapPost("/admin/keys/{kid}/revoke", (string kid, KeyRing keys, HttpRequest request) => Changed(request, expected, () =>
            keys.Revoke(kid) is { } signing
                ? Results.Json(new { kid, signing = signing.Id }, Wire.Json) : Problem.NotFound.Result()));
    }

    private static IResult Changed(HttpRequest request, string expected, Func<IResult> change)
    {
        if (!IsAdmin(request, expected)) return Problem.ApiKeyInvalid.Result();
        try
        {
            return change();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Problem.Unavailable.Result(
                "The keys' folder can't be written to from here: change the files where they come from, every room follows by itself.");
        }
    }

    private static bool IsAdmin(HttpRequest request, string expected)
    {
        var header = request.Headers.Authorization.ToString();
        var given = header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..] : "";
        return expected.Length > 0 && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)), Convert.FromHexString(expected));
    }
}
