using System.Security.Cryptography;
using System.Text.Json;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace FlashSale.Admission;

/// <summary>
/// The storefront's own cookie, encrypted by ASP.NET Core's data protection. The token itself is not accepted as a cookie:
/// whoever copies it from a URL could otherwise send it.
/// </summary>
internal sealed class AdmissionCookie(
    IDataProtectionProvider protection, IOptions<WaitingRoomOptions> options, AdmissionKeys keys, TimeProvider clock)
{
    // The browser's limit is 4096 with name and attributes.
    private const int MaxLength = 3800;

    private readonly IDataProtector _protector = protection.CreateProtector("FlashSale.Admission.Cookie.v1");
    private readonly WaitingRoomOptions _options = options.Value;

    public void Write(HttpContext context, AdmittedShopper shopper)
    {
        var now = clock.GetUtcNow();
        var until = Earlier(now + _options.IdleTimeout, shopper.Admission.ExpiresAt);
        var content = JsonSerializer.SerializeToUtf8Bytes(new Content(shopper.Admission, shopper.Token, until));
        context.Response.Cookies.Append(
            Name(shopper.Admission.Sale), WebEncoders.Base64UrlEncode(_protector.Protect(content)),
            new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                MaxAge = until - now,
                Path = "/",
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps || _options.PublicOrigin?.Scheme == "https",
            });
    }

    /// <summary>The shopper that the cookie names, or null. Slides the cookie when half its idle time has passed.</summary>
    public async ValueTask<AdmittedShopper?> ReadAsync(HttpContext context, string sale)
    {
        if (context.Request.Cookies[Name(sale)] is not { Length: > 0 and < MaxLength } text || Open(text) is not { } content)
            return null;
        var now = clock.GetUtcNow();
        if (content.Admission.Sale != sale || content.Admission.Storefront != _options.Storefront
            || content.Until <= now || content.Admission.ExpiresAt <= now
            || await IsOfRevokedKeyAsync(content.Token, context.RequestAborted).ConfigureAwait(false))
            return null;

        var shopper = new AdmittedShopper(content.Admission, content.Token);
        if (content.Until < content.Admission.ExpiresAt && content.Until - now < _options.IdleTimeout / 2)
            Write(context, shopper);
        return shopper;
    }

    /// <summary>Ends it, also when this very answer was about to slide it.</summary>
    public void Delete(HttpContext context, string sale) => context.Response.Cookies.Delete(Name(sale));

    // A key that is published no more while tokens of it would live has been revoked, and whoever came in by one goes out with
    // it. While the keys cannot be fetched, nothing is known against this one.
    private async ValueTask<bool> IsOfRevokedKeyAsync(string token, CancellationToken cancel) =>
        await keys.FindAsync(new JsonWebToken(token).Kid, cancel).ConfigureAwait(false) is (null, true);

    private Content? Open(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Content>(_protector.Unprotect(WebEncoders.Base64UrlDecode(text)));
        }
        catch (Exception error) when (error is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }

    private string Name(string sale) => _options.CookiePrefix + sale;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private sealed record Content(VerifiedAdmission Admission, string Token, DateTimeOffset Until);
}
