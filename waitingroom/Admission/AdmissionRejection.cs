namespace FlashSale.Admission;

/// <summary>Why a token is not an admission.</summary>
public enum AdmissionRejection
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Not a compact JWS of at most <see cref="AdmissionVerifier.MaxTokenLength"/> characters.</summary>
    Malformed,

    /// <summary>Signed with anything but ES256.</summary>
    Algorithm,

    /// <summary>No published key has its <c>kid</c>, and the keys are of this moment.</summary>
    UnknownKey,
    Signature,
    Issuer,
    Audience,
    NotYetValid,
    Expired,

    /// <summary>A claim is missing or not of its type.</summary>
    Claims,

    /// <summary>
    /// No key that is known has its <c>kid</c>, and the keys cannot be fetched now: not the token's fault; answer 503.
    /// </summary>
    KeysUnavailable,
}
