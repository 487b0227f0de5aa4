using System.ComponentModel.DataAnnotations;

using Microsoft.Extensions.Options;

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
}

/// <summary>What is counted of a client, each kind by itself.</summary>
public sealed class RateLimits(IOptions<RateLimitOptions> options) : IDisposable
{
    /// <summary>
    /// Of those who show nothing that a flood does not have; only joining knows, so that a carrier's shared address is not
    /// refused for what its bots do.
    /// </summary>
    public ClientLimit Joins { get; } = new(options.Value.JoinsPerSecond, options.Value.JoinsBurst);
    public ClientLimit Claims { get; } = new(options.Value.ClaimsPerSecond, options.Value.ClaimsBurst);

    /// <summary>Pages, and what is sent on to an upstream.</summary>
    public ClientLimit Other { get; } = new(options.Value.OtherPerSecond, options.Value.OtherBurst);

    public void Dispose()
    {
        Joins.Dispose();
        Claims.Dispose();
        Other.Dispose();
    }
}
