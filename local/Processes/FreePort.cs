using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace FlashSale.Local.Processes;

/// <summary>
/// Picks ports that nothing listens on, below the range from which the kernel takes the ports of outgoing connections:
/// so a server that restarts finds its port still free. A picked port is this process's while it lives: no other process
/// that picks here is given it, although nothing may listen on it yet, or not at the moment.
/// </summary>
public static class FreePort
{
    private const int Lowest = 15_000;
    private const int Highest = 32_000;
    private const int Attempts = 200;

    private static readonly HashSet<int> s_picked = [];
    private static readonly FileStream s_claims = new(
        Path.Combine(Path.GetTempPath(), $"flashsale-ports-{Environment.UserName}"),
        FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

    /// <summary>The first of <paramref name="count"/> ports in a row.</summary>
    public static int Next(int count = 1)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var first = RandomNumberGenerator.GetInt32(Lowest, Highest - count);
            if (Enumerable.Range(first, count).All(port => IsFree(port) && Claim(port))) return first;
        }
        throw new InvalidOperationException($"no free port found on 127.0.0.1 in {Lowest}-{Highest}");
    }

    /// <summary>Nothing listens on it.</summary>
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

    /// <summary>By a lock on the port's byte of a file, which ends with the process, however that ends.</summary>
    private static bool Claim(int port)
    {
        lock (s_picked)
        {
            if (!s_picked.Add(port)) return false;
            // Where there are no such locks, only this process's own picks are told apart.
            if (OperatingSystem.IsMacOS()) return true;
            try
            {
                s_claims.Lock(port, 1);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }
}
