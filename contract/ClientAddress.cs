using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

using Microsoft.AspNetCore.Http;

namespace FlashSale.Contract;

/// <summary>Who counts as one client, and as one network.</summary>
public static class ClientAddress
{
    /// <summary>A client for the limits: an IPv4 address, or the /64 that an IPv6 one is in.</summary>
    public static (AddressFamily Family, ulong Network) Of(IPAddress? address)
    {
        if (address is null) return default;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return (address.AddressFamily,
            length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    /// <summary>What one household, office or carrier has: the /24 of an IPv4 address, the /56 of an IPv6 one.</summary>
    public static (AddressFamily Family, ulong Network) NetworkOf(IPAddress? address)
    {
        var (family, network) = Of(address);
        return (family, network >> 8);
    }

    /// <summary>
    /// For services behind an edge: the client as the edge tells it, else who calls. Whoever reaches a service without an edge may tell
    /// what they like.
    /// </summary>
    public static IPAddress? Told(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return IPAddress.TryParse(context.Request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim(), out var client)
            ? client : context.Connection.RemoteIpAddress;
    }

    /// <summary>The same in words, with who told it: <c>203.0.113.7 via 10.0.0.5</c>.</summary>
    public static string Words(HttpContext context)
    {
        var (client, peer) = (Told(context), context.Connection.RemoteIpAddress);
        return Equals(client, peer) ? $"{peer}" : $"{client} via {peer}";
    }
}
