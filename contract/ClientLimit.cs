using System.Net.Sockets;
using System.Threading.RateLimiting;

using Microsoft.AspNetCore.Http;

namespace FlashSale.Contract;

/// <summary>
/// Token buckets, one per client address. Asked for by the routes themselves and not by the platform's middleware, which
/// costs every request a tenth of what answering it does (docs/performance.md).
/// </summary>
/// <param name="perSecond">0: no limit.</param>
/// <param name="told">Behind an edge, by the client that it tells of (<see cref="ClientAddress.Told"/>).</param>
public sealed class ClientLimit(int perSecond, int burst, bool told = false) : IDisposable
{
    private const int RefillsPerSecond = 10;

    private readonly PartitionedRateLimiter<HttpContext> _buckets =
        PartitionedRateLimiter.Create(Partition(perSecond, burst, told));

    /// <summary>Counts one; null when it may go on, else the seconds to wait, at least 1.</summary>
    public int? Take(HttpContext context)
    {
        using var lease = _buckets.AttemptAcquire(context);
        if (lease.IsAcquired) return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
    }

    /// <summary>
    /// Counts nothing; the seconds to wait where the next would be refused, null where it would not. By the whole permits: to take
    /// none of them succeeds with a part of one.
    /// </summary>
    public int? IsSpent(HttpContext context) => _buckets.GetStatistics(context)?.CurrentAvailablePermits is 0 ? 1 : null;

    /// <summary>What handles a request unless its client has asked too often.</summary>
    public RequestDelegate Before(RequestDelegate handle) => context =>
        Take(context) is { } wait ? RefuseAsync(context, wait) : handle(context);

    public static Task RefuseAsync(HttpContext context, int waitSeconds) =>
        Problem.SlowDown.WriteAsync(context.Response, retryAfterSeconds: waitSeconds);

    public void Dispose() => _buckets.Dispose();

    private static Func<HttpContext, RateLimitPartition<(AddressFamily, ulong)>> Partition(int perSecond, int burst, bool told)
    {
        if (perSecond == 0) return _ => RateLimitPartition.GetNoLimiter<(AddressFamily, ulong)>(default);
        var refills = Math.Min(RefillsPerSecond, perSecond);
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond / refills,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / refills),
            QueueLimit = 0,
            AutoReplenishment = false, // All of them together, by the partitioned limiter.
        };
        // One for all requests: GetTokenBucketLimiter makes a closure and a delegate for each.
        Func<(AddressFamily, ulong), RateLimiter> create = _ => new TokenBucketRateLimiter(bucket);
        return told ? context => RateLimitPartition.Get(ClientAddress.Of(ClientAddress.Told(context)), create)
            : context => RateLimitPartition.Get(ClientAddress.Of(context.Connection.RemoteIpAddress), create);
    }
}
