using FlashSale.Contract;
using FlashSale.Gateway.Edge;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called;

/// <summary>Which push services are sent to.</summary>
public sealed class PushServices(IOptions<CalledOptions> options)
{
    /// <summary>As many as the order of what is to be told in Redis has numbers for (<c>order_of</c> in <c>prelude.lua</c>).</summary>
    internal const int Most = 80;

    /// <summary>In an order that is the same at every edge.</summary>
    private readonly string[] _hosts = [.. GatewayOptions.Items(options.Value.PushServices)
        .Select(host => host.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)];

    private readonly PublicTargets _targets = new(options.Value.AllowLoopback);

    /// <summary>True for an address that a browser of ours can have been given by its push service.</summary>
    public bool IsAllowed(string endpoint) => endpoint is { Length: > 0 and <= Subscription.MaxEndpoint }
        && !endpoint.AsSpan().ContainsAnyExceptInRange('!', '~') && _targets.IsAllowed(endpoint)
        && Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && (url.IsDefaultPort || url.IsLoopback)
        && IndexOf(url) >= 0;

    /// <summary>A client that reaches them, and nothing that is not public.</summary>
    public SocketsHttpHandler Handler(TimeSpan connectWithin)
    {
        var handler = _targets.Handler(connectWithin);
        handler.EnableMultipleHttp2Connections = true;
        handler.MaxConnectionsPerServer = options.Value.SendsToOne;
        // An endpoint is a secret: it is in no trace, and no trace's id goes to a push service.
        handler.ActivityHeadersPropagator = null;
        return handler;
    }

    /// <summary>Of all of them.</summary>
    public IEnumerable<byte> Numbers => Enumerable.Range(0, _hosts.Length).Select(Number);

    /// <summary>By which number a push service is known, as it is kept with what is sealed; null: it is not sent to.</summary>
    public byte? NumberOf(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && IndexOf(url) is >= 0 and var at ? Number(at) : null;

    private int IndexOf(Uri url) => Array.FindIndex(_hosts, host => Is(url.Host, host));

    private static byte Number(int at) => (byte)(SendRoom.FirstPush + at);

    private static bool Is(string host, string pattern) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
