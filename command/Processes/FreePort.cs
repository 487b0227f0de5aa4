using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace FlashSale.Command.Processes;

/// <summary>
/// Picks ports that nothing listens on, below the range from which the kernel takes the ports of outgoing connections:
/// so a server that restarts finds its port still free.
/// </summary>
public static class FreePort
{
    private const int Lowest = 15_000;
    private const int Highest = 32_000;
    private const int Attempts = 200;

    public static int Next()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(Lowest, Highest);
            if (IsFree(port)) return port;
        }
        throw new InvalidOperationException($"no free port found on 127.0.0.1 in {Lowest}-{Highest}");
    }

    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
