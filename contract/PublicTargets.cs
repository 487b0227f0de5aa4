using System.Net;
using System.Net.Sockets;

namespace FlashSale.Contract;

/// <summary>
/// Where somebody else's URL may lead: to public addresses over https. Whoever chose it must not reach what only this
/// machine can reach. The address is checked when connecting: a name that changes its mind in between gains nothing.
/// </summary>
/// <param name="allowLoopback">Also <c>http://127.0.0.1:…</c>: for development only.</param>
public sealed class PublicTargets(bool allowLoopback)
{
    public const int MaxUrlLength = 2048;

    // Networks that are nobody's, local, or lead back into IPv4 ones. Loopback is apart.
    private static readonly IPNetwork[] s_closed = [.. new[]
    {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "::/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7",
        "fe80::/10", "fec0::/10", "ff00::/8",
    }.Select(network => IPNetwork.Parse(network))];

    /// <summary>True for a URL that may be taken from somebody.</summary>
    public bool IsAllowed(string? text) =>
        text is { Length: <= MaxUrlLength } && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.UserInfo.Length == 0 && url.Fragment.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && allowLoopback && url.IsLoopback))
        && (!IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) || IsAllowed(address));

    /// <summary>True for an address that may be connected to.</summary>
    public bool IsAllowed(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return IPAddress.IsLoopback(address)
            ? allowLoopback : !Array.Exists(s_closed, network => network.Contains(address));
    }

    /// <summary>A client that connects to allowed addresses only, follows no redirect and knows no proxy.</summary>
    /// <param name="connectWithin">A connection that takes longer is given up.</param>
    public SocketsHttpHandler Handler(TimeSpan connectWithin) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = connectWithin,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectCallback = ConnectAsync,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancel).ConfigureAwait(false);
        if (addresses.Length == 0 || !Array.TrueForAll(addresses, IsAllowed))
            throw new HttpRequestException($"{context.DnsEndPoint.Host} is at an address that nothing may be sent to");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
