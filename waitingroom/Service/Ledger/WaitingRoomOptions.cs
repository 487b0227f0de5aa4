using System.ComponentModel.DataAnnotations;

namespace FlashSale.WaitingRoom.Ledger;

/// <summary>How the waiting room works (section <c>WaitingRoom</c>).</summary>
public sealed class WaitingRoomOptions
{
    public const string Section = "WaitingRoom";

    /// <summary>The checkouts' base URLs, separated by commas; the next is asked when one does not answer.</summary>
    [Required]
    public string CheckoutUrl { get; set; } = "";

    /// <summary>
    /// After a new epoch, how long shoppers of the older one have to take their places again before anyone is admitted,
    /// in seconds: a few poll intervals of those near the head.
    /// </summary>
    [Range(0, 600)]
    public int RecoverySeconds { get; set; } = 10;

    internal IReadOnlyList<Uri> Checkouts =>
        [.. CheckoutUrl.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(url => new Uri(url.TrimEnd('/') + "/"))];
}
