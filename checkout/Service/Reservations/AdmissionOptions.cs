using System.ComponentModel.DataAnnotations;

namespace FlashSale.Checkout.Reservations;

/// <summary>Whose admissions the checkout accepts.</summary>
public sealed class AdmissionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Admission";

    /// <summary>The only <c>iss</c> accepted.</summary>
    [Required]
    public string Issuer { get; set; } = "flashsale";

    /// <summary>Where the public keys are: absolute, http or https.</summary>
    [Required]
    public string JwksUrl { get; set; } = "";

    internal bool IsValid() =>
        JwksUrl.Length == 0 || (Uri.TryCreate(JwksUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https");
}
