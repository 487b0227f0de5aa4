using System.Text;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Admission;

/// <summary>
/// Signs enqueue tokens: the storefront's word to the line for who the shopper is. HS256 with the storefront's secret.
/// </summary>
public sealed class EnqueueTokenSigner
{
    /// <summary>The <c>aud</c> of every enqueue token.</summary>
    public const string Audience = "waitingroom";

    /// <summary>Good for this long; the line accepts at most one hour.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials;
    private readonly string _storefront;
    private readonly TimeProvider _clock;

    /// <param name="storefront">The <c>iss</c>: the storefront's id.</param>
    /// <param name="secret">32 characters or more, registered with the line's operator.</param>
    public EnqueueTokenSigner(string storefront, string secret, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(secret.Length, 32, nameof(secret));
        _storefront = storefront;
        _clock = clock;
        _credentials = new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), SecurityAlgorithms.HmacSha256);
    }

    /// <summary>A token for that shopper and sale.</summary>
    /// <param name="shopper">A stable id of 1–128 printable ASCII characters.</param>
    public string Sign(string shopper, string sale) => Sign(shopper, sale, null);

    /// <summary>A token for that shopper and sale, with where the line may write to.</summary>
    /// <param name="shopper">A stable id of 1–128 printable ASCII characters.</param>
    /// <param name="email">
    /// The shopper's address, which the storefront knows to be theirs: whoever asks to be called by mail is written to there
    /// without being asked once more. Null: they type one.
    /// </param>
    public string Sign(string shopper, string sale, string? email)
    {
        ArgumentOutOfRangeException.ThrowIfZero(shopper.Length, nameof(shopper));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shopper.Length, 128, nameof(shopper));
        var now = _clock.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = shopper,
            [AdmissionClaims.Sale] = sale,
        };
        if (email is not null) claims[JwtRegisteredClaimNames.Email] = email;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = _storefront,
            Audience = Audience,
            IssuedAt = now,
            Expires = now + Lifetime,
            Claims = claims,
            SigningCredentials = _credentials,
        });
    }
}
