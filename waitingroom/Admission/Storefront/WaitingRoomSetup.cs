using FlashSale.Admission;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

#pragma warning disable IDE0130 // where a Program.cs finds it without a using
namespace Microsoft.AspNetCore.Builder;
#pragma warning restore IDE0130

/// <summary>Puts an ASP.NET Core application behind the line.</summary>
public static class WaitingRoomSetup
{
    /// <summary>The named <see cref="HttpClient"/> that calls the edge.</summary>
    public const string EdgeClient = "FlashSale.Edge";

    // A JWKS or a reservation is a few kilobytes.
    private const int MaxAnswerBytes = 64 * 1024;
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Registers the waiting room from the configuration section <c>WaitingRoom</c> and <paramref name="configure"/>. A
    /// mistake stops the start, naming the key.
    /// </summary>
    public static IServiceCollection AddWaitingRoom(
        this IHostApplicationBuilder builder, Action<WaitingRoomOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        var options = services.AddOptions<WaitingRoomOptions>().BindConfiguration(WaitingRoomOptions.Section);
        if (configure is not null) options.Configure(configure);
        options.ValidateOnStart();
        services.AddSingleton<IValidateOptions<WaitingRoomOptions>, WaitingRoomOptionsValidator>();

        services.AddDataProtection();
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpClient(EdgeClient, (provider, http) =>
        {
            http.BaseAddress = Options(provider).ServerSide;
            http.Timeout = s_timeout;
            http.MaxResponseContentBufferSize = MaxAnswerBytes;
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        });

        services.AddSingleton(provider => new AdmissionKeys(
            Http(provider), "/.well-known/jwks.json", provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AdmissionKeys>>()));
        services.AddHostedService(provider => provider.GetRequiredService<AdmissionKeys>());
        services.AddSingleton(provider => new AdmissionVerifier(
            provider.GetRequiredService<AdmissionKeys>(), Options(provider).Issuer, [Options(provider).Storefront],
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ProtectedRoutes>().AddSingleton<AdmissionCookie>().AddSingleton<UsedTokens>();
        services.AddSingleton(provider => new LineUrls(
            provider.GetRequiredService<IOptions<WaitingRoomOptions>>(), Signer(provider)));
        services.AddSingleton(provider => new WaitingRoomClient(
            Http(provider), Options(provider).ApiKey is { Length: > 0 } key ? key : null));
        return services;
    }

    /// <summary>
    /// Lets only the admitted through to protected routes. After <c>UseCors</c> (so that scripts of other origins can read a
    /// 401), before what it protects.
    /// </summary>
    public static IApplicationBuilder UseWaitingRoom(this IApplicationBuilder app) =>
        app.UseMiddleware<WaitingRoomMiddleware>();

    /// <summary>Makes an endpoint (or a group of them) need an admission.</summary>
    /// <param name="sale">The sale; null for the route's <c>{sale}</c>, or else the configured one.</param>
    public static TBuilder RequireAdmission<TBuilder>(this TBuilder endpoint, string? sale = null)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new AdmissionRequiredMetadata(sale));

    /// <summary>
    /// The shopper whom the line has admitted; null on unprotected routes, and when <see cref="UnreachableRule.LetThrough"/>
    /// let someone pass.
    /// </summary>
    public static AdmittedShopper? GetAdmittedShopper(this HttpContext context) => context.Features.Get<AdmittedShopper>();

    /// <summary>
    /// Ends the visit of the admitted shopper: the next request goes to the line. For when the ledger says that the
    /// admission is over (<see cref="LedgerRefused.IsAdmissionOver"/>) or the shopper gave the unit back.
    /// </summary>
    public static void ForgetAdmission(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.GetAdmittedShopper() is { } shopper)
            context.RequestServices.GetRequiredService<AdmissionCookie>().Delete(context, shopper.Admission.Sale);
    }

    private static WaitingRoomOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<WaitingRoomOptions>>().Value;

    private static HttpClient Http(IServiceProvider provider) =>
        provider.GetRequiredService<IHttpClientFactory>().CreateClient(EdgeClient);

    private static EnqueueTokenSigner? Signer(IServiceProvider provider) =>
        Options(provider) is { EnqueueSecret: { } secret } options
            ? new EnqueueTokenSigner(options.Storefront, secret, provider.GetRequiredService<TimeProvider>()) : null;
}
