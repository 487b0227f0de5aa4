using System.Net.Sockets;
using System.Threading.RateLimiting;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Edge;

/// <summary>
/// Joins by client address. Not a policy of the routes: only joining knows who shows something that a flood does not have, and
/// these are not counted, so that a carrier's shared address is not refused for what its bots do.
/// </summary>
public sealed class JoinLimit(IOptions<RateLimitOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _limiter =
        PartitionedRateLimiter.Create<HttpContext, (AddressFamily, ulong)>(
            RateLimits.Policy(options.Value.JoinsPerSecond, options.Value.JoinsBurst));

    /// <summary>Counts one; null when it may join, else the seconds to wait.</summary>
    public int? Take(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(context);
        return lease.IsAcquired ? null : RateLimits.RetryAfterSeconds(lease);
    }

    public void Dispose() => _limiter.Dispose();
}
