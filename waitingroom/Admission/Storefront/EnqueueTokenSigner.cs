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
    public string Sign(string shopper, string sale) => Sign(shopper, sale, EnqueueClaims.None);

    /// <summary>A token for that shopper and sale, with what else the line may know.</summary>
    /// <param name="shopper">A stable id of 1–128 printable ASCII characters.</param>
    public string Sign(string shopper, string sale, EnqueueClaims more)
    {
        ArgumentOutOfRangeException.ThrowIfZero(shopper.Length, nameof(shopper));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shopper.Length, 128, nameof(shopper));
        ArgumentNullException.ThrowIfNull(more);
        var now = _clock.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = shopper,
            [AdmissionClaims.Sale] = sale,
        };
        if (more.Email is not null) claims[JwtRegisteredClaimNames.Email] = more.Email;
        if (more.Soon) claims["soon"] = true;
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
