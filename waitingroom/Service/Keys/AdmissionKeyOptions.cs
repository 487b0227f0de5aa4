using System.ComponentModel.DataAnnotations;

using FlashSale.Admission;

namespace FlashSale.WaitingRoom.Keys;

/// <summary>The issuer (section <c>Admission</c>).</summary>
public sealed class AdmissionKeyOptions
{
    public const string Section = "Admission";

    /// <summary>The <c>iss</c> of the tokens.</summary>
    [Required]
    public string Issuer { get; set; } = "flashsale";

    /// <summary>Holds the ES256 private keys as PEM files, shared by all waiting rooms; the first is made here.</summary>
    [Required]
    public string KeysDirectory { get; set; } = "";

    /// <summary>A new key is published this long before it signs: every verifier has it by then.</summary>
    /// <remarks>Less than the minute, and a verifier may meet a token whose key it has not asked for yet.</remarks>
    [Range(typeof(TimeSpan), "00:00:03", "1.00:00:00")]
    public TimeSpan PublishedBeforeSigning { get; set; } = 2 * AdmissionKeys.Refresh;

    /// <summary>How often the directory is looked at for keys that another waiting room made.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Rescan { get; set; } = TimeSpan.FromSeconds(2);
}
