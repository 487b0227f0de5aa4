using System.Net;
using System.Security.Cryptography;
using System.Text;

using FlashSale.Local.Hosts;
using FlashSale.Local.Processes;

namespace FlashSale.Local;

/// <summary>Which services run, where, and what each must know of the others.</summary>
public sealed class Topology
{
    private const string Issuer = "flashsale";
    private const string CrowdPerSecond = "1000000";
    private const string CrowdBurst = "1000000";

    /// <summary>The edges look at the checkouts each second.</summary>
    private string DrainSeconds => _options.Checkouts > 1 || _options.Edges > 1 ? "2" : "0";

    private readonly SystemOptions _options;
    private readonly Secrets _secrets;
    private readonly string _redis;
    private readonly string _mySql;
    private readonly string _keys;
    private readonly HostMap _hosts;

    public Topology(SystemOptions options, Secrets secrets, string redis, string mySql, string keys, HostMap? hosts = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _secrets, _redis, _mySql, _keys) = (options, secrets, redis, mySql, keys);
        _hosts = hosts ?? HostMap.OneMachine;
        EdgeUrls = [.. Enumerable.Range(0, options.Edges).Select(i => Url(Numbered(Edge, i), options.Port + i))];
        WaitingRoomUrls = [.. Enumerable.Range(0, options.WaitingRooms).Select(i => Url(Numbered(WaitingRoom, i), FreePort.Next()))];
        CheckoutUrls = [.. Enumerable.Range(0, options.Checkouts).Select(i => Url(Numbered(Checkout, i), FreePort.Next()))];
        SimulatorUrl = Url(Provider, FreePort.Next());
    }

    public const string Edge = "gateway", WaitingRoom = "waitingroom", Checkout = "checkout", Provider = "payment-simulator";

    /// <summary>The name of the first of a kind is the kind's; the second is <c>gateway-2</c>.</summary>
    public static string Numbered(string name, int index) => index == 0 ? name : $"{name}-{index + 1}";

    public IReadOnlyList<string> EdgeUrls { get; }

    public IReadOnlyList<string> WaitingRoomUrls { get; }

    public IReadOnlyList<string> CheckoutUrls { get; }

    public string SimulatorUrl { get; }

    public IEnumerable<ServiceRecipe> Edges => EdgeUrls.Select((url, i) => new ServiceRecipe(
        Numbered(Edge, i), "gateway", "FlashSale.Gateway", url, new Dictionary<string, string>
        {
            ["Service:Key"] = _secrets.ServiceKey,
            ["Line:Redis"] = _redis,
            ["Line:TicketKeys"] = _secrets.TicketKeys,
            ["Gateway:WaitingRoomUrl"] = string.Join(',', WaitingRoomUrls),
            ["Gateway:CheckoutUrl"] = string.Join(',', CheckoutUrls),
            ["Gateway:AdminRoutes"] = "true",
            ["Service:DrainSeconds"] = DrainSeconds,
            ["Admission:Issuer"] = Issuer,
            // On one machine a whole crowd comes from one address, which the defaults would take for a flood.
            ["RateLimits:JoinsPerSecond"] = CrowdPerSecond,
            ["RateLimits:JoinsBurst"] = CrowdBurst,
            ["RateLimits:NetworkJoinsPerSecond"] = CrowdPerSecond,
            ["RateLimits:ClaimsPerSecond"] = CrowdPerSecond,
            ["RateLimits:ClaimsBurst"] = CrowdBurst,
            ["RateLimits:OtherPerSecond"] = CrowdPerSecond,
            ["RateLimits:OtherBurst"] = CrowdBurst,
        })
    {
        Listen = _options.Listen is "127.0.0.1" ? null : $"http://{_options.Listen}:{_options.Port + i}",
    });

    public IEnumerable<ServiceRecipe> WaitingRooms => WaitingRoomUrls.Select((url, i) => new ServiceRecipe(
        Numbered(WaitingRoom, i), "waitingroom/Service", "FlashSale.WaitingRoom", url, new Dictionary<string, string>
        {
            ["Service:Key"] = _secrets.ServiceKey,
            ["Line:Redis"] = _redis,
            ["Line:TicketKeys"] = _secrets.TicketKeys,
            ["WaitingRoom:CheckoutUrl"] = string.Join(',', CheckoutUrls),
            ["Admission:Issuer"] = Issuer,
            ["Admission:KeysDirectory"] = _keys,
            ["Operators:AdminKeyHash"] = AdminKeyHash,
        }));

    public IEnumerable<ServiceRecipe> Checkouts => CheckoutUrls.Select((url, i) => new ServiceRecipe(
        Numbered(Checkout, i), "checkout/Service", "FlashSale.Checkout", url, new Dictionary<string, string>
        {
            ["Service:Key"] = _secrets.ServiceKey,
            ["Ledger:MySql"] = _mySql,
            ["Service:DrainSeconds"] = DrainSeconds,
            ["Checkout:WaitingRoomUrl"] = string.Join(',', WaitingRoomUrls),
            ["Admission:Issuer"] = Issuer,
            ["Admission:JwksUrl"] = WaitingRoomUrls[0] + "/.well-known/jwks.json",
            ["Operators:AdminKeyHash"] = AdminKeyHash,
            ["Payments:StripeApiBase"] = SimulatorUrl,
            ["Payments:StripeApiKey"] = _secrets.StripeApiKey,
            ["Payments:WebhookSecret"] = _secrets.WebhookSecret,
            ["Payments:PublishableKey"] = PublishableKey,
            ["Payments:ScriptUrl"] = SimulatorUrl + "/sim/stripe.js",
            ["Payments:ReturnUrl"] = EdgeUrls[0] + "/shop/{sale}/order/{reservation}",
            // A storefront's receiver on this machine, while nobody else reaches us.
            ["Webhooks:AllowLoopback"] = IPAddress.IsLoopback(IPAddress.Parse(_options.Listen)) ? "true" : "false",
        }));

    /// <summary>No secret: it is on the cart, for the simulator's script.</summary>
    private const string PublishableKey = "pk_test_simulator";

    public ServiceRecipe Simulator => new(
        Provider, "checkout/PaymentSimulator", "FlashSale.PaymentSimulator", SimulatorUrl,
        new Dictionary<string, string>
        {
            ["Simulator:WebhookUrl"] = EdgeUrls[0] + "/payments/webhooks",
            ["Simulator:WebhookSecret"] = _secrets.WebhookSecret,
            ["Simulator:ApiKey"] = _secrets.StripeApiKey,
            ["Simulator:PublishableKey"] = PublishableKey,
        });

    /// <summary>Ports that something else has taken would only show as a service that keeps dying.</summary>
    public void CheckPorts()
    {
        foreach (var port in Enumerable.Range(_options.Port, _options.Edges).Where(port => !FreePort.IsFree(port)))
            throw new CommandFailedException($"port {port} on 127.0.0.1 is in use; choose another with --port");
    }

    private string AdminKeyHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_secrets.AdminKey)));

    private string Url(string service, int port) => $"http://{_hosts.Of(service).Address}:{port}";
}
