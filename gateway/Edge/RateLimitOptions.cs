using System.ComponentModel.DataAnnotations;

namespace FlashSale.Gateway.Edge;

/// <summary>
/// How much one client address may ask for; section <c>RateLimits</c>. Many shoppers share an address (an office, a
/// mobile carrier), so the defaults stop floods, not crowds. 0 switches a limit off.
/// </summary>
public sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>
    /// Requests to join, a second, of those who show nothing: no ticket of the sale, no enqueue token, no solved proof of work.
    /// Default 200.
    /// </summary>
    [Range(0, 1_000_000)] public int JoinsPerSecond { get; set; } = 200;

    /// <summary>Such requests to join at once. Default 2000.</summary>
    [Range(1, 1_000_000)] public int JoinsBurst { get; set; } = 2000;

    /// <summary>
    /// Joins a second from one network (an IPv4 /24, an IPv6 /56) above which a sale with a proof of work asks this network
    /// for it, and for more of it, however quiet the sale is. Default 20.
    /// </summary>
    [Range(0, 1_000_000)] public int NetworkJoinsPerSecond { get; set; } = 20;

    /// <summary>Claims of an admission, a second. Default 200.</summary>
    [Range(0, 1_000_000)] public int ClaimsPerSecond { get; set; } = 200;

    /// <summary>Claims at once. Default 2000.</summary>
    [Range(1, 1_000_000)] public int ClaimsBurst { get; set; } = 2000;

    /// <summary>Everything else but polls (those are limited per ticket), a second. Default 500.</summary>
    [Range(0, 1_000_000)] public int OtherPerSecond { get; set; } = 500;

    /// <summary>Of everything else at once. Default 5000.</summary>
    [Range(1, 1_000_000)] public int OtherBurst { get; set; } = 5000;

    /// <summary>Wrong API keys of storefronts and operators, a second; more are not even asked about. Default 1.</summary>
    [Range(0, 1_000_000)] public int WrongKeysPerSecond { get; set; } = 1;

    /// <summary>Wrong API keys at once. Default 20.</summary>
    [Range(1, 1_000_000)] public int WrongKeysBurst { get; set; } = 20;
}
