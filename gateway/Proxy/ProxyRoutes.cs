using FlashSale.Contract;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Gate;

using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace FlashSale.Gateway.Proxy;

/// <summary>What the edge forwards, where to, and which of it is behind the gate. <c>/internal</c> never is.</summary>
public static class ProxyRoutes
{
    public const string Checkout = "checkout";
    public const string WaitingRoom = "waitingroom";

    /// <summary>A provider's event carries the whole payment; 64 KB is several times the largest seen.</summary>
    private const long MaxWebhookBytes = 64 * 1024;

    /// <summary>In a route's metadata: its requests are not counted by client address.</summary>
    public const string Uncounted = "FlashSale.Uncounted";
    private static readonly Dictionary<string, string> s_uncounted = new() { [Uncounted] = "" };
    private static readonly Dictionary<string, string> s_byStorefront = new() { [GateRules.TakesStorefrontKeys] = "" };
    private static readonly Dictionary<string, string> s_byOperator = new() { [GateRules.TakesOperatorKeys] = "" };
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly Dictionary<string, string> s_bySale = new() { [GateRules.SaleFrom] = GateRules.FromRoute };
    private static readonly Dictionary<string, string> s_redeem =
        new() { [GateRules.SaleFrom] = GateRules.FromRoute, [GateRules.TakesStorefrontKeys] = "" };
    private static readonly Dictionary<string, string> s_byReservation =
        new() { [GateRules.SaleFrom] = GateRules.FromReservation, [GateRules.TakesStorefrontKeys] = "" };

    public static IReadOnlyList<RouteConfig> Routes(bool admin) =>
    [
        Gated("reserve", "/sales/{sale}/reservations", s_redeem),
        Gated("reservation", "/reservations/{id}/{**rest}", s_byReservation),
        Gated("cart", "/shop/{sale}/cart/{**rest}", s_bySale),
        Open("storefront-webhook", "/storefronts/{id}/webhook/{**rest}") with { Metadata = s_byStorefront },
        Posted("confirm", "/reservations/{id}/confirm", Wire.MaxBodyBytes, s_byStorefront),
        Posted("refund", "/reservations/{id}/refund", Wire.MaxBodyBytes, s_byStorefront),
        // Few addresses send many: no limit by address; the checkout checks each signature.
        Posted("webhooks", "/payments/webhooks", MaxWebhookBytes, s_uncounted),
        Open("shop-home", "/"),
        Open("shop", "/shop/{**rest}"),
        Open("assets", "/assets/{**rest}"),
        Open("favicon", "/favicon.ico"),
        .. admin ? Admin() : [],
    ];

    private static RouteConfig[] Admin() =>
    [
        Open("admin", "/admin/{**rest}") with { Metadata = s_byOperator },
        Open("docs-checkout", "/openapi/checkout.json"),
        Open("docs-operators", "/openapi/operators.json"),
        Open("admin-keys", "/admin/keys/{**rest}") with { ClusterId = WaitingRoom, Metadata = s_byOperator },
    ];

    /// <summary>Several destinations are watched; when all look ill they are all tried rather than none.</summary>
    public static IReadOnlyList<ClusterConfig> Clusters(GatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return [Cluster(Checkout, options.Checkouts), Cluster(WaitingRoom, options.WaitingRooms)];
    }

    private static RouteConfig Open(string id, string path) => new()
    {
        RouteId = id,
        ClusterId = Checkout,
        Match = new RouteMatch { Path = path },
    };

    private static RouteConfig Gated(string id, string path, IReadOnlyDictionary<string, string> sale) =>
        Open(id, path) with { Metadata = sale };

    private static RouteConfig Posted(string id, string path, long maxBytes, IReadOnlyDictionary<string, string> rules) => new()
    {
        RouteId = id,
        ClusterId = Checkout,
        Match = new RouteMatch { Path = path, Methods = [HttpMethods.Post] },
        MaxRequestBodySize = maxBytes,
        Metadata = rules,
    };

    private static ClusterConfig Cluster(string id, IReadOnlyList<Uri> destinations) => new()
    {
        ClusterId = id,
        // One "not ready" is enough to turn elsewhere: a service that stops serves on just a little longer.
        Metadata = new Dictionary<string, string> { ["ConsecutiveFailuresHealthPolicy.Threshold"] = "1" },
        Destinations = destinations.Select((uri, index) => (uri, index)).ToDictionary(
            one => $"{id}-{one.index + 1}", one => new DestinationConfig { Address = one.uri.ToString() }),
        HttpRequest = new ForwarderRequestConfig
        {
            ActivityTimeout = s_patience,
            Version = System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        },
        HealthCheck = destinations.Count < 2 ? null : new HealthCheckConfig
        {
            AvailableDestinationsPolicy = "HealthyOrPanic",
            Active = new ActiveHealthCheckConfig
            {
                Enabled = true,
                Path = "/health/ready",
                Interval = TimeSpan.FromSeconds(1),
                Timeout = TimeSpan.FromSeconds(1),
                Policy = "ConsecutiveFailures",
            },
            Passive = new PassiveHealthCheckConfig
            {
                Enabled = true,
                Policy = "TransportFailureRate",
                ReactivationPeriod = TimeSpan.FromSeconds(2),
            },
        },
    };
}
