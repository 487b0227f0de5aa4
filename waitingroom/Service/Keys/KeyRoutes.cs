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
        services.AddHttpClient<KeyJournal>();
        services.AddSingleton<KeyDesk>();
        return services;
    }

    public static void MapAdmissionKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/.well-known/jwks.json", (KeyRing keys, HttpResponse response) =>
        {
            response.Headers.CacheControl = JwksCaching;
            return Results.Bytes(keys.PublicKeys(), "application/json");
        });

        routes.MapPost("/admin/keys/rotate", (HttpContext context, KeyRing keys, KeyDesk desk) => desk.ChangeAsync(context, "key.rotate", null, () =>
        {
            var key = keys.Rotate();
            return new { kid = key.Id, signsFrom = keys.SignsFrom(key) };
        }));
        routes.MapPost("/admin/keys/{kid}/revoke", (string kid, HttpContext context, KeyRing keys, KeyDesk desk) => desk.ChangeAsync(
            context, "key.revoke", kid, () => keys.Revoke(kid) is { } signing ? new { kid, signing = signing.Id } : null));
    }
}
