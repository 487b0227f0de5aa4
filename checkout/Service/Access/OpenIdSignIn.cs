using System.Security.Claims;

using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace FlashSale.Checkout.Access;

/// <summary>
/// Sign-in by an OpenID Connect provider, with the platform's own handler: <c>/admin/sign-in</c> leads to the provider, which leads
/// back to <c>/admin/signed-in</c>; a sealed cookie then says who it is and what they may, to every checkout.
/// </summary>
internal static class OpenIdSignIn
{
    public const string SignInPath = "/admin/sign-in";

    /// <summary>
    /// A page of another site can't send it: who signed in by a browser shows it with every change. Without an <c>X-</c>, since
    /// edges take away what begins with <c>X-FlashSale-</c>.
    /// </summary>
    public const string OwnHeader = "FlashSale-Operator";

    private const string Session = "operators", Provider = "openid", Dashboard = "/admin/", CallbackPath = "/admin/signed-in";
    private const string RoleClaim = "role", StorefrontClaim = "storefront";

    /// <summary>The way through the provider may take so long.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    public static IServiceCollection AddOpenId(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OpenIdOptions>().BindConfiguration(OpenIdOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        if (string.IsNullOrEmpty(configuration[$"{OpenIdOptions.Section}:{nameof(OpenIdOptions.Authority)}"])) return services;
        // Not AddAuthentication: that would keep keys of its own, on each machine's disk.
        services.AddAuthenticationCore(schemes =>
        {
            schemes.AddScheme<CookieAuthenticationHandler>(Session, null);
            schemes.AddScheme<OpenIdConnectHandler>(Provider, null);
        });
        services.AddWebEncoders();
        services.AddSingleton<IDataProtectionProvider, SharedProtection>();
        services.AddSingleton<IPostConfigureOptions<CookieAuthenticationOptions>, PostConfigureCookieAuthenticationOptions>();
        services.AddSingleton<IPostConfigureOptions<OpenIdConnectOptions>, OpenIdConnectPostConfigureOptions>();
        services.AddOptions<CookieAuthenticationOptions>(Session).Configure<IOptions<OpenIdOptions>>(KeepSession);
        services.AddOptions<OpenIdConnectOptions>(Provider).Configure<IOptions<OpenIdOptions>>(AskProvider);
        return services;
    }

    /// <summary>The way back, <see cref="CallbackPath"/>, is the handler's own: it is no route.</summary>
    public static void MapOpenId(this IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<IOptions<OpenIdOptions>>().Value.IsOn) return;
        routes.MapGet(SignInPath, SignInAsync).NeedsNoLedger();
        routes.MapPost("/admin/sign-out", async (HttpContext context) =>
        {
            await context.SignOutAsync(Session).ConfigureAwait(false);
            return Results.NoContent();
        }).NeedsNoLedger();
    }

    private static async Task SignInAsync(HttpContext context)
    {
        try
        {
            await context.ChallengeAsync(Provider, new AuthenticationProperties { RedirectUri = Dashboard }).ConfigureAwait(false);
        }
        catch (Exception error) when (error is InvalidOperationException or HttpRequestException or IOException)
        {
            await RefuseAsync(context, error.Message, Problem.Unavailable, "The provider does not answer.").ConfigureAwait(false);
        }
    }

    /// <summary>Who has signed in by the provider; null for nobody, also for a change that another site's page may have sent.</summary>
    public static async ValueTask<Operator?> FindAsync(HttpContext context)
    {
        var isSafe = HttpMethods.IsGet(context.Request.Method) || context.Request.Headers.ContainsKey(OwnHeader);
        if (!isSafe || await context.AuthenticateAsync(Session).ConfigureAwait(false) is not { Principal: { } principal, Properties: { } rules })
            return null;
        // Looked at again, since an answer may go on for longer than the sign-in.
        if (rules.ExpiresUtc <= context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()) return null;
        var storefront = principal.FindFirstValue(StorefrontClaim);
        return Enum.TryParse<OperatorRole>(principal.FindFirstValue(RoleClaim), out var role) && principal.Identity?.Name is { } name
            ? new Operator($"{Provider}:{name}", role, storefront is null ? null : StorefrontId.Parse(storefront), ClientAddress.Words(context))
            : null;
    }

    private static void KeepSession(CookieAuthenticationOptions cookie, IOptions<OpenIdOptions> options)
    {
        cookie.ExpireTimeSpan = TimeSpan.FromMinutes(options.Value.SessionMinutes);
        cookie.SlidingExpiration = false;
        cookie.Cookie.Name = "fs-operator";
        cookie.Cookie.Path = "/admin";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.Cookie.SecurePolicy = Secure(options.Value);
    }

    private static void AskProvider(OpenIdConnectOptions provider, IOptions<OpenIdOptions> options)
    {
        var settings = options.Value;
        (provider.Authority, provider.ClientId, provider.ClientSecret) = (settings.Authority, settings.ClientId, settings.ClientSecret);
        provider.RequireHttpsMetadata = settings.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        provider.SignInScheme = Session;
        provider.CallbackPath = CallbackPath;
        provider.ResponseType = OpenIdConnectResponseType.Code;
        provider.ResponseMode = OpenIdConnectResponseMode.Query;
        provider.UsePkce = true;
        provider.MapInboundClaims = false;
        provider.SaveTokens = false;
        provider.RemoteAuthenticationTimeout = s_patience;
        provider.Scope.Add("email");
        provider.TokenValidationParameters.NameClaimType = settings.NameClaim;
        foreach (var cookie in new[] { provider.CorrelationCookie, provider.NonceCookie })
        {
            cookie.Path = "/admin";
            cookie.SameSite = SameSiteMode.Lax; // The provider leads back with GET.
            cookie.SecurePolicy = Secure(settings);
        }
        provider.Events.OnRedirectToIdentityProvider = context =>
        {
            context.ProtocolMessage.RedirectUri = settings.PublicOrigin.TrimEnd('/') + CallbackPath;
            return Task.CompletedTask;
        };
        provider.Events.OnTokenValidated = context =>
        {
            context.Principal = Known(context.Principal!, settings);
            if (context.Principal is null) context.Fail("No group of this person is an operator's.");
            return Task.CompletedTask;
        };
        provider.Events.OnRemoteFailure = context =>
        {
            context.HandleResponse();
            return RefuseAsync(context.HttpContext, context.Failure?.Message, Problem.NotAllowed,
                "The sign-in has failed, or is for nobody who operates here.");
        };
    }

    /// <summary>Who came here by a browser is told by the dashboard, in words.</summary>
    private static Task RefuseAsync(HttpContext context, string? reason, Problem problem, string detail)
    {
        context.RequestServices.GetRequiredService<OperatorDoor>().TellOfFailedSignIn(context, reason);
        if (!context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            return problem.WriteAsync(context.Response, detail);
        context.Response.Redirect($"{Dashboard}?signin={problem.Code}");
        return Task.CompletedTask;
    }

    /// <summary>Only what we need of what the provider tells: the name and what they may.</summary>
    private static ClaimsPrincipal? Known(ClaimsPrincipal told, OpenIdOptions settings)
    {
        // Some providers let people write an address that they have yet to show is theirs.
        if (settings.NameClaim == "email" && string.Equals(told.FindFirstValue("email_verified"), "false", StringComparison.OrdinalIgnoreCase)) return null;
        var groups = told.FindAll(settings.GroupClaim).Select(claim => claim.Value).ToList();
        if (told.FindFirstValue(settings.NameClaim) is not { Length: > 0 and <= 150 } name || settings.RoleOf(groups) is not { } may) return null;
        List<Claim> claims = [new(settings.NameClaim, name), new(RoleClaim, may.Role.ToString())];
        if (may.Storefront is { } storefront) claims.Add(new(StorefrontClaim, storefront.Value));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, Provider, settings.NameClaim, RoleClaim));
    }

    private static CookieSecurePolicy Secure(OpenIdOptions settings) =>
        settings.PublicOrigin.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
}
