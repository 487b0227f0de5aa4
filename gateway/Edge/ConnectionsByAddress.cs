using System.Net;
using System.Net.Sockets;

using FlashSale.Contract;

using Microsoft.AspNetCore.Connections;

namespace FlashSale.Gateway.Edge;

/// <summary>
/// One client's share of the connections: whoever opens more is closed unheard, so that nobody alone can hold all that there are.
/// Proxies in front of the edge bring everybody's, and are not counted.
/// </summary>
/// <param name="most">Of one client address (<see cref="ClientAddress.Of"/>).</param>
/// <param name="proxies">Networks that are not counted.</param>
public sealed class ConnectionsByAddress(int most, IReadOnlyList<IPNetwork> proxies)
{
    private readonly Lock _counting = new();
    private readonly Dictionary<(AddressFamily, ulong), int> _open = [];

    public ConnectionDelegate Before(ConnectionDelegate next) => connection =>
        (connection.RemoteEndPoint as IPEndPoint)?.Address is { } address && !IsProxy(address)
            ? CountAsync(ClientAddress.Of(address), connection, next) : next(connection);

    private async Task CountAsync((AddressFamily, ulong) client, ConnectionContext connection, ConnectionDelegate next)
    {
        var isLate = Add(client, 1) > most;
        try
        {
            if (isLate) connection.Abort();
            else await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Add(client, -1);
        }
    }

    private int Add((AddressFamily, ulong) client, int change)
    {
        lock (_counting)
        {
            var open = _open.GetValueOrDefault(client) + change;
            if (open == 0) _open.Remove(client);
            else _open[client] = open;
            return open;
        }
    }

    private bool IsProxy(IPAddress address)
    {
        if (proxies.Count == 0) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return proxies.Any(proxy => proxy.Contains(address));
    }
}
