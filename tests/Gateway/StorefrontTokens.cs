using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Tests.Gateway;

/// <summary>Enqueue tokens of the demo storefront, right and wrong.</summary>
internal static class StorefrontTokens
{
    public static string Good(Sale sale, string shopper) => Sign(sale, shopper, _ => { });

    public static string Sign(
        Sale sale, string? shopper, Action<SecurityTokenDescriptor> change, string issuer = "demo", double seconds = 300)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object> { ["sale"] = sale.Id.Value };
        if (shopper is not null) claims["sub"] = shopper;
        var token = new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = "waitingroom",
            Expires = now.AddSeconds(seconds),
            Claims = claims,
            SigningCredentials = Symmetric(EchoCheckout.Secret),
        };
        change(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    public static string Bad(string kind, Sale sale)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return kind switch
        {
            "empty" => "",
            "garbage" => "a.b.c",
            "algNone" => SigningWaitingRoom.WithoutSignature(Good(sale, "alice")),
            "wrongSecret" => Sign(sale, "alice", one => one.SigningCredentials = Symmetric(new string('x', 40))),
            "wrongIssuer" => Sign(sale, "alice", _ => { }, issuer: "other"),
            "wrongAudience" => Sign(sale, "alice", one => one.Audience = "demo"),
            "wrongSale" => Sign(sale, "alice", one => one.Claims["sale"] = "other"),
            "expired" => Sign(sale, "alice", _ => { }, seconds: -6),
            "tooFarAhead" => Sign(sale, "alice", _ => { }, seconds: 3700),
            "noExpiry" => Sign(sale, "alice", one => one.Expires = null),
            "noShopper" => Sign(sale, null, _ => { }),
            "longShopper" => Sign(sale, new string('a', 129), _ => { }),
            "asymmetric" => Sign(sale, "alice", one =>
                one.SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key), "ES256")),
            "critical" => Sign(sale, "alice", one =>
                one.AdditionalHeaderClaims = new Dictionary<string, object> { ["crit"] = "b64" }),
            _ => throw new ArgumentException(kind),
        };
    }

    private static SigningCredentials Symmetric(string secret) =>
        new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), SecurityAlgorithms.HmacSha256);
}
