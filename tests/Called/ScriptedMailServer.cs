using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FlashSale.Tests.Called;

/// <summary>A mail server that takes nothing, or all but what a test has it say to a command. It keeps no mail.</summary>
public sealed class ScriptedMailServer : IAsyncDisposable
{
    /// <summary>What it says first, and to a mail's end, as if these were commands.</summary>
    public const string Greeting = "", End = ".";

    private readonly CancellationTokenSource _ends = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _running;

    public ScriptedMailServer()
    {
        _listener.Start();
        _running = RunAsync();
    }

    /// <summary>What it says to a command (its first word); null for no answer, ever.</summary>
    public ConcurrentDictionary<string, string?> Says { get; } = new();

    /// <summary>Whether it closes the connection with that.</summary>
    public bool Closes { get; set; }

    /// <summary>Each command, in order; a greeting is a connection.</summary>
    public ConcurrentQueue<string> Heard { get; } = new();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        _listener.Stop();
        await _running;
        _ends.Dispose();
    }

    private async Task RunAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true) serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ends.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            await using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { AutoFlush = true, NewLine = "\r\n" };
            var isMail = false;
            for (var line = Greeting; line is not null; line = await reader.ReadLineAsync(_ends.Token))
            {
                if (isMail && line != End) continue;
                var command = line.Split(' ')[0];
                Heard.Enqueue(command);
                var isScripted = Says.TryGetValue(command, out var answer);
                answer = isScripted ? answer : command switch
                {
                    Greeting => "220 mail.example",
                    "DATA" => "354 go on",
                    _ => "250 fine",
                };
                if (answer is null) await Task.Delay(Timeout.Infinite, _ends.Token);
                await writer.WriteLineAsync(answer);
                if (isScripted && Closes) return;
                isMail = answer!.StartsWith("354", StringComparison.Ordinal);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The other has gone, or the test has ended.
        }
    }
}
