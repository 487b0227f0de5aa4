using System.Diagnostics.Metrics;

namespace FlashSale.Admission;

/// <summary>What a verifier counts: meter <c>FlashSale.Admission</c>, for any storefront that listens.</summary>
internal static class AdmissionMetrics
{
    private static readonly Meter s_meter = new("FlashSale.Admission");

    private static readonly Counter<long> s_tokens = s_meter.CreateCounter<long>(
        "flashsale.admission.tokens", "{token}",
        "Admission tokens shown, by result: remembered (no signature computed), verified, or why it was rejected.");

    public static void Remembered() => s_tokens.Add(1, new KeyValuePair<string, object?>("result", "remembered"));

    public static void Verified(AdmissionRejection rejection) =>
        s_tokens.Add(1, new KeyValuePair<string, object?>("result", rejection switch
        {
            AdmissionRejection.None => "verified",
            AdmissionRejection.Malformed => "malformed",
            AdmissionRejection.Algorithm => "algorithm",
            AdmissionRejection.UnknownKey => "unknown_key",
            AdmissionRejection.KeysUnavailable => "keys_unavailable",
            AdmissionRejection.Signature => "signature",
            AdmissionRejection.Issuer => "issuer",
            AdmissionRejection.Audience => "audience",
            AdmissionRejection.Expired => "expired",
            AdmissionRejection.NotYetValid => "not_yet_valid",
            _ => "claims",
        }));
}
