using System.ComponentModel.DataAnnotations;

namespace FlashSale.Checkout.Access;

/// <summary>Who may operate.</summary>
public sealed class OperatorOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Operators";

    /// <summary>The SHA-256 of the admin key, in lower-case hex.</summary>
    [Required, RegularExpression("^[0-9a-f]{64}$", ErrorMessage = "Operators:AdminKeyHash must be 64 lower-case hex digits.")]
    public string AdminKeyHash { get; set; } = "";
}
