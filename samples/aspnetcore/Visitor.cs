using System.Security.Cryptography;

using Microsoft.AspNetCore.WebUtilities;

namespace FlashSale.Sample;

/// <summary>Who the shopper is, as this shop knows it: here a visitor, elsewhere the account.</summary>
internal static class Visitor
{
    private const string Cookie = "aspnetcore-visitor";

    public static string Name(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is { Length: 22 } known) return $"aspnetcore-{known}";
        var fresh = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(16));
        http.Response.Cookies.Append(Cookie, fresh, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            MaxAge = TimeSpan.FromDays(30),
        });
        return $"aspnetcore-{fresh}";
    }
}
