using System.Buffers.Binary;
using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

using FlashSale.Contract;
using FlashSale.Gateway.Gate;

using Microsoft.AspNetCore.RateLimiting;
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

/// <summary>Token buckets per client address; an IPv6 client is its /64.</summary>
public static class RateLimits
{
    public const string Claims = "claims";
    public const string Other = "other";

    /// <summary>As <see cref="Other"/> for shoppers; a storefront's server sends many from one address.</summary>
    public const string Carts = "carts";
    private const int RefillsPerSecond = 10;

    public static IServiceCollection AddRateLimits(this IServiceCollection services)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<JoinLimit>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>>((limiter, limits) =>
        {
            var rates = limits.Value;
            limiter.AddPolicy(Claims, Policy(rates.ClaimsPerSecond, rates.ClaimsBurst));
            var other = Policy(rates.OtherPerSecond, rates.OtherBurst);
            limiter.AddPolicy(Other, other);
            limiter.AddPolicy(Carts, context => Admissions.HasStorefrontKey(context.Request)
                ? RateLimitPartition.GetNoLimiter((AddressFamily.Unknown, 0ul)) : other(context));
            limiter.OnRejected = async (context, _) =>
            {
                await Problem.SlowDown.WriteAsync(
                    context.HttpContext.Response, retryAfterSeconds: RetryAfterSeconds(context.Lease)).ConfigureAwait(false);
            };
        });
        return services;
    }

    /// <summary>When a refused client may try again, at least 1.</summary>
    internal static int RetryAfterSeconds(RateLimitLease lease) =>
        lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;

    /// <summary>A client for the limits: an IPv4 address, or the /64 that an IPv6 one is in.</summary>
    public static (AddressFamily Family, ulong Network) Client(IPAddress? address)
    {
        if (address is null) return default;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return (address.AddressFamily,
            length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    /// <summary>What one household, office or carrier has: the /24 of an IPv4 address, the /56 of an IPv6 one.</summary>
    public static (AddressFamily Family, ulong Network) Network(IPAddress? address)
    {
        var (family, network) = Client(address);
        return (family, network >> 8);
    }

    internal static Func<HttpContext, RateLimitPartition<(AddressFamily, ulong)>> Policy(int perSecond, int burst)
    {
        if (perSecond == 0) return _ => RateLimitPartition.GetNoLimiter<(AddressFamily, ulong)>(default);
        var refills = Math.Min(RefillsPerSecond, perSecond);
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond / refills,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / refills),
            QueueLimit = 0,
        };
        return context => RateLimitPartition.GetTokenBucketLimiter(Client(context.Connection.RemoteIpAddress), _ => bucket);
    }
}
