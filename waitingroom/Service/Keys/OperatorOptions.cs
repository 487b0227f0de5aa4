using System.ComponentModel.DataAnnotations;

namespace FlashSale.WaitingRoom.Keys;

/// <summary>The operators' side (section <c>Operators</c>).</summary>
public sealed class OperatorOptions
{
    public const string Section = "Operators";

    /// <summary>SHA-256 of the admin key in hex; without it only named operators may change keys.</summary>
    [RegularExpression("^([0-9a-fA-F]{64})?$")]
    public string AdminKeyHash { get; set; } = "";
}
