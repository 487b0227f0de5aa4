namespace FlashSale.Admission;

/// <summary>Permission to check out one unit: what a verified admission token says.</summary>
/// <param name="Id"><c>jti</c>: the admission's id; one admission makes one reservation.</param>
/// <param name="Sale"><c>sale</c>.</param>
/// <param name="Shopper"><c>sub</c>: the shopper's stable id.</param>
/// <param name="Storefront"><c>aud</c>: the storefront it was issued for.</param>
/// <param name="Unit"><c>unit</c>: the unit it names, from 1.</param>
/// <param name="Place"><c>place</c>: the shopper's number in line.</param>
/// <param name="RedeemBy"><c>redeemBy</c>: the unit must be in the cart by then.</param>
/// <param name="ExpiresAt"><c>exp</c>: redeem-by, plus the time to pay, plus the grace.</param>
public sealed record VerifiedAdmission(
    string Id, string Sale, string Shopper, string Storefront, int Unit, long Place,
    DateTimeOffset RedeemBy, DateTimeOffset ExpiresAt);

/// <summary>The claims of an admission token beside the registered ones.</summary>
public static class AdmissionClaims
{
    public const string Sale = "sale";
    public const string Unit = "unit";
    public const string Place = "place";
    public const string RedeemBy = "redeemBy";
}

/// <summary>Why a token is not an admission.</summary>
public enum AdmissionRejection
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Not a compact JWS of at most <see cref="AdmissionVerifier.MaxTokenLength"/> characters.</summary>
    Malformed,

    /// <summary>Signed with anything but ES256.</summary>
    Algorithm,

    /// <summary>No published key has its <c>kid</c>.</summary>
    UnknownKey,
    Signature,
    Issuer,
    Audience,
    NotYetValid,
    Expired,

    /// <summary>A claim is missing or not of its type.</summary>
    Claims,

    /// <summary>The keys could not be fetched yet: not the token's fault; answer 503.</summary>
    KeysUnavailable,
}

/// <summary>Either an admission or the reason why not.</summary>
public readonly record struct AdmissionResult(VerifiedAdmission? Admission, AdmissionRejection Rejection);
