using System.Text;

using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Edge;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Gateway.Enqueue;

/// <summary>
/// Verifies what a storefront says about its shopper. The algorithm decides which of the storefront's keys is looked at,
/// and only that: HS256 its secret, ES256/RS256/PS256 a public key of its JWKS; never the one with the other's.
/// </summary>
public sealed class EnqueueTokens(EnqueueKeys keys, LedgerClock clock)
{
    public const string Audience = "waitingroom";
    public const int MaxLength = 4096;

    /// <summary>A token's <c>exp</c> is this far ahead at the most.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(1);

    private const int MinKeyBytes = 32;
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(5);
    private static readonly string[] s_asymmetric =
        [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxLength };

    /// <summary>The shopper, or null for anything that is not a token of this sale's storefront for this sale.</summary>
    public async ValueTask<ShopperId?> VerifyAsync(string token, ListedSale listed, CancellationToken cancel)
    {
        var shopper = await ShopperOfAsync(token, listed, cancel).ConfigureAwait(false);
        EdgeMetrics.EnqueueToken(accepted: shopper is not null);
        return shopper;
    }

    private async ValueTask<ShopperId?> ShopperOfAsync(string token, ListedSale listed, CancellationToken cancel)
    {
        if (token.Length is 0 or > MaxLength || listed.Storefront is not { } storefront) return null;
        JsonWebToken jwt;
        try
        {
            jwt = _handler.ReadJsonWebToken(token);
        }
        catch (Exception error) when (error is ArgumentException or SecurityTokenException)
        {
            return null;
        }

        // A critical extension that is not understood makes a token invalid (RFC 7515, 4.1.11); none is understood.
        if (jwt.TryGetHeaderValue("crit", out object _) || await KeyAsync(jwt, storefront, cancel).ConfigureAwait(false) is not { } key)
            return null;
        var outcome = await _handler.ValidateTokenAsync(jwt, Parameters(jwt.Alg, key, storefront)).ConfigureAwait(false);
        if (!outcome.IsValid || !jwt.TryGetPayloadValue("sale", out string? sale) || sale != listed.Sale.Id.Value) return null;
        return ShopperId.TryParse(jwt.Subject, out var shopper) ? shopper : null;
    }

    private async ValueTask<SecurityKey?> KeyAsync(JsonWebToken jwt, Storefront storefront, CancellationToken cancel)
    {
        if (jwt.Alg == SecurityAlgorithms.HmacSha256) return storefront.EnqueueSecret is { } secret ? Symmetric(secret) : null;
        if (!s_asymmetric.Contains(jwt.Alg) || storefront.JwksUrl is not { } url) return null;
        return await keys.FindAsync(url, jwt.Kid, cancel).ConfigureAwait(false) switch
        {
            ECDsaSecurityKey ecdsa when jwt.Alg == SecurityAlgorithms.EcdsaSha256 && ecdsa.KeySize == 256 => ecdsa,
            RsaSecurityKey rsa when jwt.Alg != SecurityAlgorithms.EcdsaSha256 && rsa.KeySize >= 2048 => rsa,
            _ => null,
        };
    }

    private TokenValidationParameters Parameters(string algorithm, SecurityKey key, Storefront storefront) => new()
    {
        ValidAlgorithms = [algorithm],
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = true,
        ValidIssuer = storefront.Id.Value,
        ValidAudience = Audience,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        LifetimeValidator = (notBefore, expires, _, _) =>
        {
            var now = clock.GetUtcNow().UtcDateTime;
            return expires > now - s_skew && expires <= now + MaxLifetime + s_skew
                && (notBefore is null || notBefore <= now + s_skew);
        },
    };

    /// <summary>HMAC pads a short key with zeros itself; the library wants it done before.</summary>
    private static SymmetricSecurityKey Symmetric(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        if (bytes.Length < MinKeyBytes) Array.Resize(ref bytes, MinKeyBytes);
        return new SymmetricSecurityKey(bytes);
    }
}
