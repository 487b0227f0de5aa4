using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Checkout.Shop;

/// <summary>
/// What a storefront does to send its shoppers to the line: it signs an enqueue token that says who they are. This one
/// believes an e-mail address; a real shop would check it.
/// </summary>
internal static class DemoStorefront
{
    /// <summary>Long enough to read the page before joining; the waiting page keeps it for joining again.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(50);

    private const int MaxEmail = 100, MinKeyBytes = 32;
    private static readonly JsonWebTokenHandler s_handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>The address as the shop compares it, or null when it is none.</summary>
    public static string? Email(string? typed)
    {
        var email = typed?.Trim().ToLowerInvariant();
        if (email is not { Length: >= 3 and <= MaxEmail } || email.AsSpan().ContainsAnyExceptInRange('!', '~')) return null;
        var at = email.IndexOf('@');
        return at > 0 && at == email.LastIndexOf('@') && at < email.Length - 1 && !email.EndsWith('.') ? email : null;
    }

    /// <summary>The same shopper for the same address, without telling it to anyone.</summary>
    public static string Shopper(string email) =>
        $"c-{Base64UrlEncoder.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(email))[..16])}";

    /// <summary>The token, or null when the storefront has no secret to sign with.</summary>
    public static string? EnqueueToken(Storefront? storefront, SaleId sale, string email, DateTimeOffset now)
    {
        if (storefront?.EnqueueSecret is not { Length: > 0 } secret) return null;
        var key = Encoding.UTF8.GetBytes(secret);
        if (key.Length < MinKeyBytes) Array.Resize(ref key, MinKeyBytes);
        return s_handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = storefront.Id.Value,
            Audience = "waitingroom",
            Claims = new Dictionary<string, object> { ["sub"] = Shopper(email), ["sale"] = sale.Value },
            Expires = (now + s_lifetime).UtcDateTime,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(key), SecurityAlgorithms.HmacSha256),
        });
    }
}
