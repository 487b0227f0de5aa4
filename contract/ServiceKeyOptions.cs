using System.ComponentModel.DataAnnotations;

namespace FlashSale.Contract;

/// <summary>How the services know each other on their internal routes, which the edge does not forward.</summary>
public sealed class ServiceKeyOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Service";

    /// <summary>The shared key, at least 32 characters; sent as <c>Authorization: Service …</c>.</summary>
    [Required, MinLength(32)]
    public string Key { get; set; } = "";
}
