using System.Security.Claims;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using OpenIddict.Abstractions;

using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace FlashSale.Tests.Checkout;

/// <summary>A small OpenID Connect provider, by OpenIddict without any store: whoever comes is signed in as <see cref="Person"/>.</summary>
public sealed class SmallProvider : IAsyncDisposable
{
    public const string ClientId = "flashsale", ClientSecret = "a-secret-of-the-client";

    private readonly WebApplication _app;

    private SmallProvider(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>Name and groups of whoever comes next.</summary>
    public (string Email, string[] Groups) Person { get; set; } = ("anna@shop.example", ["sales"]);

    /// <summary>Whether the provider has made sure of the address; null: it does not say.</summary>
    public bool? Verified { get; set; }

    /// <summary>Where it leads back to; any other address is refused.</summary>
    public string RedirectUri { get; set; } = "";

    public static async Task<SmallProvider> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        SmallProvider? provider = null;
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token");
            server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
            server.RegisterScopes(Scopes.OpenId, Scopes.Profile, Scopes.Email);
            server.EnableDegradedMode();
            server.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
            server.UseAspNetCore().DisableTransportSecurityRequirement();
            server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId || context.RedirectUri != provider!.RedirectUri) context.Reject(Errors.InvalidClient);
                return default;
            }));
            server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId || context.ClientSecret != ClientSecret) context.Reject(Errors.InvalidClient);
                return default;
            }));
            server.AddEventHandler<HandleAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                context.SignIn(provider!.Principal());
                return default;
            }));
        });
        var app = builder.Build();
        app.UseAuthentication();
        provider = new SmallProvider(app);
        await app.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private ClaimsPrincipal Principal()
    {
        var identity = new ClaimsIdentity("provider", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, Person.Email).SetClaim(Claims.Email, Person.Email).SetClaims("groups", [.. Person.Groups]);
        if (Verified is { } verified) identity.SetClaim(Claims.EmailVerified, verified);
        identity.SetScopes(Scopes.OpenId, Scopes.Email).SetDestinations(_ => [Destinations.IdentityToken]);
        return new ClaimsPrincipal(identity);
    }
}
