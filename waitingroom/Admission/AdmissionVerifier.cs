using System.Text;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Admission;

/// <summary>Verifies admission tokens offline, by the published keys.</summary>
/// <param name="keys">The waiting room's public keys.</param>
/// <param name="issuer">The only <c>iss</c> accepted.</param>
/// <param name="audiences">The <c>aud</c> values accepted, or null for any (a gate that serves every storefront).</param>
/// <param name="clock">Decides <c>nbf</c> and <c>exp</c>, with <see cref="ClockSkew"/>.</param>
public sealed class AdmissionVerifier(
    AdmissionKeys keys, string issuer, IReadOnlyCollection<string>? audiences, TimeProvider clock)
{
    /// <summary>An admission token is far shorter; longer ones are not looked at.</summary>
    public const int MaxTokenLength = 2048;

    /// <summary>How far clocks may be apart.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    /// <summary>Verified tokens that are remembered, some 500 bytes each.</summary>
    public const int MaxRemembered = 20_000;

    private readonly VerifiedTokens _verified = new(MaxRemembered);
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxTokenLength };

    /// <summary>
    /// What a token that has been verified before says; null when it has to be verified. Its signature, issuer and audience
    /// cannot change; time passes, and keys are withdrawn. Waits for nothing.
    /// </summary>
    public VerifiedAdmission? Recall(ReadOnlySpan<char> token) => IsText(token) ? Recall(VerifiedTokens.Digest.Of(token)) : null;

    /// <summary>Verifies a token; no exception for any text.</summary>
    public async ValueTask<AdmissionResult> VerifyAsync(string? token, CancellationToken cancel)
    {
        if (!IsText(token)) return Counted(Rejected(AdmissionRejection.Malformed));
        var digest = VerifiedTokens.Digest.Of(token);
        return Recall(digest) is { } known
            ? new AdmissionResult(known, AdmissionRejection.None)
            : Counted(await VerifyNewAsync(token!, digest, cancel).ConfigureAwait(false));
    }

    private VerifiedAdmission? Recall(VerifiedTokens.Digest digest)
    {
        if (_verified.Find(digest) is not { } known || !keys.Has(known.KeyId)
            || clock.GetUtcNow() - ClockSkew >= known.Admission.ExpiresAt) return null;
        AdmissionMetrics.Remembered();
        return known.Admission;
    }

    /// <summary>Only ASCII is a token: a text that merely hashes like one after encoding must not find it.</summary>
    private static bool IsText(ReadOnlySpan<char> token) => token.Length is > 0 and <= MaxTokenLength && Ascii.IsValid(token);

    private async ValueTask<AdmissionResult> VerifyNewAsync(
        string token, VerifiedTokens.Digest digest, CancellationToken cancel)
    {
        JsonWebToken jwt;
        try
        {
            jwt = _handler.ReadJsonWebToken(token);
        }
        catch (Exception error) when (error is ArgumentException or SecurityTokenException)
        {
            return Rejected(AdmissionRejection.Malformed);
        }

        if (jwt.Alg != SecurityAlgorithms.EcdsaSha256) return Rejected(AdmissionRejection.Algorithm);
        // A critical extension that is not understood makes a token invalid (RFC 7515, 4.1.11); none is understood.
        if (jwt.TryGetHeaderValue("crit", out object _)) return Rejected(AdmissionRejection.Malformed);
        var (key, isCertain) = await keys.FindAsync(jwt.Kid, cancel).ConfigureAwait(false);
        if (key is null)
            return Rejected(isCertain ? AdmissionRejection.UnknownKey : AdmissionRejection.KeysUnavailable);

        var outcome = await _handler.ValidateTokenAsync(jwt, Parameters(key)).ConfigureAwait(false);
        if (!outcome.IsValid) return Rejected(Reason(outcome.Exception));
        var result = Read(jwt);
        if (result.Admission is { } admission) _verified.Add(digest, new VerifiedTokens.Entry(admission, jwt.Kid));
        return result;
    }

    private TokenValidationParameters Parameters(SecurityKey key) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        IssuerSigningKey = key,
        ValidIssuer = issuer,
        ValidateAudience = audiences is not null,
        ValidAudiences = audiences,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        LifetimeValidator = (notBefore, expires, _, _) =>
        {
            var now = clock.GetUtcNow().UtcDateTime;
            if (expires is null || now - ClockSkew >= expires) throw new SecurityTokenExpiredException();
            if (notBefore > now + ClockSkew) throw new SecurityTokenNotYetValidException();
            return true;
        },
    };

    private static AdmissionResult Read(JsonWebToken jwt)
    {
        if (jwt.Id is not { Length: > 0 } || jwt.Subject is not { Length: > 0 }
            || jwt.Audiences.FirstOrDefault() is not { Length: > 0 } audience
            || !jwt.TryGetPayloadValue(AdmissionClaims.Sale, out string? sale) || string.IsNullOrEmpty(sale)
            || !jwt.TryGetPayloadValue(AdmissionClaims.Unit, out int unit) || unit < 1
            || !jwt.TryGetPayloadValue(AdmissionClaims.Place, out long place)
            || !jwt.TryGetPayloadValue(AdmissionClaims.RedeemBy, out long redeemBy))
            return Rejected(AdmissionRejection.Claims);

        return new AdmissionResult(
            new VerifiedAdmission(
                jwt.Id, sale, jwt.Subject, audience, unit, place,
                DateTimeOffset.FromUnixTimeSeconds(redeemBy), new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero)),
            AdmissionRejection.None);
    }

    private static AdmissionRejection Reason(Exception error) => error switch
    {
        SecurityTokenExpiredException or SecurityTokenNoExpirationException => AdmissionRejection.Expired,
        SecurityTokenNotYetValidException => AdmissionRejection.NotYetValid,
        SecurityTokenInvalidIssuerException => AdmissionRejection.Issuer,
        SecurityTokenInvalidAudienceException => AdmissionRejection.Audience,
        SecurityTokenInvalidAlgorithmException => AdmissionRejection.Algorithm,
        SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException => AdmissionRejection.Signature,
        _ => AdmissionRejection.Malformed,
    };

    private static AdmissionResult Counted(AdmissionResult result)
    {
        AdmissionMetrics.Verified(result.Rejection);
        return result;
    }

    private static AdmissionResult Rejected(AdmissionRejection why) => new(null, why);
}
