using System.ComponentModel.DataAnnotations;

using FlashSale.Queue;

namespace FlashSale.Gateway.Edge;

/// <summary>What an edge must know of its surroundings; section <c>Gateway</c>.</summary>
public sealed class GatewayOptions : IValidatableObject
{
    public const string Section = "Gateway";

    /// <summary>The waiting rooms, comma-separated http(s) origins.</summary>
    [Required] public string WaitingRoomUrl { get; set; } = "";

    /// <summary>The checkouts, comma-separated http(s) origins.</summary>
    [Required] public string CheckoutUrl { get; set; } = "";

    /// <summary>
    /// How shoppers reach this edge, <c>scheme://host[:port]</c>; null: as the request says. Set it behind a proxy
    /// that changes the host.
    /// </summary>
    public string? PublicOrigin { get; set; }

    /// <summary>Whether <c>/admin/**</c> is reachable through this edge.</summary>
    public bool AdminRoutes { get; set; }

    /// <summary>Proxies in front of this edge whose <c>X-Forwarded-*</c> headers count: IPs or CIDRs, by comma.</summary>
    public string? TrustedProxies { get; set; }

    /// <summary>The gate lets these paths through without an admission: exact, or a prefix when ending in '/'.</summary>
    public string IgnoredPaths { get; set; } = "/health/,/assets/,/favicon.ico,/robots.txt";

    /// <summary>Connections at once; more are closed unheard. Default 50,000: some 10 KB of memory each.</summary>
    [Range(1, 1_000_000)] public int MaxConnections { get; set; } = 50_000;

    /// <summary>
    /// Connections at once of one client address (an IPv6 client is its /64); trusted proxies are not counted. Default 0: a
    /// quarter of <c>Gateway:MaxConnections</c>.
    /// </summary>
    [Range(0, 1_000_000)] public int MaxConnectionsPerAddress { get; set; }

    /// <summary>
    /// Connections at once that a route of your own (<c>ReverseProxy:Routes</c>) turns into WebSockets; they are not counted as
    /// requests are, and last as long as both ends like. Default 1,000; 0: none.
    /// </summary>
    [Range(0, 1_000_000)] public int MaxWebSockets { get; set; } = 1_000;

    /// <summary>
    /// A connection without a request is closed after this long. Default 130 s: longer than load balancers keep theirs.
    /// </summary>
    [Range(1, 3600)] public int IdleSeconds { get; set; } = 130;

    /// <summary>All waiting shoppers of this edge together poll less often than this.</summary>
    [Range(1, 1_000_000)] public int PollsPerSecond { get; set; } = LineOptions.DefaultPollsPerSecond;

    /// <summary>The proxies in front of this edge.</summary>
    public IReadOnlyList<System.Net.IPNetwork> ProxyNetworks() => [.. Items(TrustedProxies).Select(item => System.Net.IPNetwork.Parse(Cidr(item)))];

    public IReadOnlyList<Uri> WaitingRooms => Origins(WaitingRoomUrl);
    public IReadOnlyList<Uri> Checkouts => Origins(CheckoutUrl);

    /// <summary>A comma-separated list's items, trimmed.</summary>
    public static string[] Items(string? list) =>
        (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!AreOrigins(WaitingRoomUrl)) yield return NotOrigins(nameof(WaitingRoomUrl));
        if (!AreOrigins(CheckoutUrl)) yield return NotOrigins(nameof(CheckoutUrl));
        if (PublicOrigin is not null && (Items(PublicOrigin).Length != 1 || !AreOrigins(PublicOrigin)))
            yield return NotOrigins(nameof(PublicOrigin));
        if (Items(TrustedProxies).Any(item => !System.Net.IPNetwork.TryParse(Cidr(item), out _)))
            yield return new ValidationResult($"{Section}:{nameof(TrustedProxies)} lists IP addresses or CIDRs");
    }

    /// <summary>An address as the network that holds it alone.</summary>
    public static string Cidr(string item) =>
        item.Contains('/', StringComparison.Ordinal) ? item
        : item + (item.Contains(':', StringComparison.Ordinal) ? "/128" : "/32");

    private static ValidationResult NotOrigins(string key) =>
        new($"{Section}:{key} must be http(s)://host[:port] without a path", [key]);

    private static bool AreOrigins(string list) => Items(list) is { Length: > 0 } items && items.All(item =>
        Uri.TryCreate(item, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && uri.PathAndQuery == "/" && uri.UserInfo == "" && uri.Fragment == "");

    private static Uri[] Origins(string list) => [.. Items(list).Select(item => new Uri(item))];
}
