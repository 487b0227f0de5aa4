using System.ComponentModel.DataAnnotations;

namespace FlashSale.Checkout.WaitingRooms;

/// <summary>Where the waiting rooms are.</summary>
public sealed class CheckoutOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Checkout";

    /// <summary>Base URLs of the waiting rooms, separated by commas: for pokes and the line's numbers.</summary>
    [Required]
    public string WaitingRoomUrl { get; set; } = "";

    internal Uri[] WaitingRooms =>
        [.. Urls.Select(url => new Uri(url.TrimEnd('/') + '/', UriKind.Absolute))];

    internal bool IsValid() => Urls is { Length: > 0 } urls
        && urls.All(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https");

    private string[] Urls =>
        WaitingRoomUrl.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
