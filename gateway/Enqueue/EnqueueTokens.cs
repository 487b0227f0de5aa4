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

    /// <summary>The shopper of a token of this sale's storefront for this sale, or which of its parts is wrong.</summary>
    public async ValueTask<EnqueueVerdict> VerifyAsync(string token, ListedSale listed)
    {
        var verdict = await JudgeAsync(token, listed).ConfigureAwait(false);
        EdgeMetrics.EnqueueToken(accepted: verdict.Shopper is not null);
        return verdict;
    }

    private async ValueTask<EnqueueVerdict> JudgeAsync(string token, ListedSale listed)
    {
        if (token.Length is 0 or > MaxLength) return EnqueueVerdict.Wrong($"must have 1 to {MaxLength} characters");
        if (listed.Storefront is not { } storefront) return EnqueueVerdict.Unknown;
        JsonWebToken jwt;
        try
        {
            jwt = _handler.ReadJsonWebToken(token);
        }
        catch (Exception error) when (error is ArgumentException or SecurityTokenException)
        {
            return EnqueueVerdict.Wrong("is no signed JWT");
        }

        // A critical extension that is not understood makes a token invalid (RFC 7515, 4.1.11); none is understood.
        if (jwt.TryGetHeaderValue("crit", out object _)) return EnqueueVerdict.Wrong("crit: no extension is understood");
        var (key, isCertain) = Key(jwt, storefront);
        if (key is null)
            return isCertain ? EnqueueVerdict.Wrong("alg, kid: the storefront has no such key registered") : EnqueueVerdict.Unknown;
        var outcome = await _handler.ValidateTokenAsync(jwt, Parameters(jwt.Alg, key, storefront)).ConfigureAwait(false);
        if (!outcome.IsValid) return EnqueueVerdict.Wrong(Reason(outcome.Exception, jwt));
        if (!jwt.TryGetPayloadValue("sale", out string? sale) || sale != listed.Sale.Id.Value)
            return EnqueueVerdict.Wrong("sale: must be the sale's id");
        if (!ShopperId.TryParse(jwt.Subject, out var shopper))
            return EnqueueVerdict.Wrong($"sub: must be 1 to {ShopperId.MaxLength} printable ASCII characters, without a space at either end");
        return IsVisitor(shopper)
            ? EnqueueVerdict.Wrong("sub: v- and 22 characters are an anonymous visitor's")
            : new EnqueueVerdict(shopper, null)
            {
                Email = jwt.TryGetPayloadValue("email", out object? email) ? email as string : null,
                WantsToBeTold = jwt.TryGetPayloadValue("soon", out object? soon) && soon is true,
            };
    }

    /// <summary>Which claim it is, for the storefront's developer. Told only of a token whose key was right, or of its key.</summary>
    private string Reason(Exception error, JsonWebToken jwt) => error switch
    {
        SecurityTokenInvalidIssuerException => "iss: must be the storefront's id",
        SecurityTokenInvalidAudienceException => $"aud: must be {Audience}",
        SecurityTokenNoExpirationException => "exp: is missing",
        SecurityTokenInvalidLifetimeException when jwt.ValidTo == DateTime.MinValue => "exp: is missing",
        SecurityTokenInvalidLifetimeException when jwt.ValidTo <= clock.GetUtcNow().UtcDateTime - s_skew => "exp: has passed",
        SecurityTokenInvalidLifetimeException when jwt.ValidTo > clock.GetUtcNow().UtcDateTime + MaxLifetime + s_skew =>
            "exp: is more than an hour ahead",
        SecurityTokenInvalidLifetimeException => "nbf: is still to come",
        _ => "the signature is not by the storefront's key",
    };

    private static bool IsVisitor(ShopperId shopper)
    {
        Span<byte> hash = stackalloc byte[ShopperId.VisitorBytes];
        return shopper.TryGetVisitor(hash);
    }

    private (SecurityKey? Key, bool IsCertain) Key(JsonWebToken jwt, Storefront storefront)
    {
        if (jwt.Alg == SecurityAlgorithms.HmacSha256) return (storefront.EnqueueSecret is { } secret ? Symmetric(secret) : null, true);
        if (!s_asymmetric.Contains(jwt.Alg) || storefront.JwksUrl is not { } url) return (null, true);
        return keys.Find(url, jwt.Kid) switch
        {
            (ECDsaSecurityKey ecdsa, _) when jwt.Alg == SecurityAlgorithms.EcdsaSha256 && ecdsa.KeySize == 256 => (ecdsa, true),
            (RsaSecurityKey rsa, _) when jwt.Alg != SecurityAlgorithms.EcdsaSha256 && rsa.KeySize >= 2048 => (rsa, true),
            (null, var isCertain) => (null, isCertain),
            _ => (null, true),
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
