using System.Net;
using System.Net.Sockets;
using System.Text;

using FlashSale.Local.Hosts;
using FlashSale.Local.Processes;

namespace FlashSale.Local.Servers;

/// <summary>
/// A Redis of our own in <paramref name="folder"/>, on 127.0.0.1 only unless it has a host of its own; touches no global service.
/// </summary>
/// <param name="logFile">Where its output goes.</param>
/// <param name="port">The same at every start, so that clients find it again.</param>
public sealed class PrivateRedis(string folder, string logFile, int port, Durability durability, Host? host = null) : IAsyncDisposable
{
    /// <summary>Only tests use more than the first: one for each system that runs beside others.</summary>
    private const int Databases = 1024;

    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(10);

    private readonly Host _host = host ?? Host.Local;

    public int Port => port;

    /// <summary>Null before the first start.</summary>
    public ChildProcess? Process { get; private set; }

    /// <summary>For StackExchange.Redis.</summary>
    public string ConnectionString => $"{_host.Address}:{port}";

    /// <summary>Starts it, again after it has died, with the data it had; returns when it answers.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        var program = ServerPrograms.Line();
        Directory.CreateDirectory(folder);
        var full = durability == Durability.Full;
        Process = await ChildProcess.StartAsync(_host.Here(new ChildStart(program,
        [
            "--port", $"{port}", "--bind", _host.Address, "--dir", Path.GetFullPath(folder), "--daemonize", "no",
            "--save", "", "--appendonly", full ? "yes" : "no", "--appendfsync", "everysec",
            // The line is counters and places: an evicted key would be a lost place.
            "--maxmemory-policy", "noeviction", "--databases", $"{Databases}",
            // It has no password: who reaches its host's network may use it, as on loopback.
            "--protected-mode", host is null ? "yes" : "no",
        ], logFile)));
        await ServerReadiness.WaitAsync(Path.GetFileName(program), Process, AskAsync, cancel);
    }

    public Task StopAsync() => Process?.StopAsync(s_stopPatience) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
    }

    /// <summary>What is wrong, null for +PONG; while it loads its data it answers -LOADING.</summary>
    private async Task<string?> AskAsync(CancellationToken cancel)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Parse(_host.Address), port, cancel);
            await client.Client.SendAsync("PING\r\n"u8.ToArray(), cancel);
            var answer = new byte[64];
            var length = await client.Client.ReceiveAsync(answer, cancel);
            return answer.AsSpan(0, length).StartsWith("+PONG"u8) ? null : Encoding.ASCII.GetString(answer, 0, length);
        }
        catch (SocketException error)
        {
            return error.Message;
        }
    }
}
