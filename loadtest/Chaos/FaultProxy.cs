using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FlashSale.LoadTest.Chaos;

/// <summary>A TCP link between two parts of the system on loopback, which can be cut and mended.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    /// <summary>Connections at the same time; more are reset.</summary>
    public const int MaxConnections = 2_000;
    private const int BufferBytes = 32 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private volatile IPEndPoint _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Pair, byte> _pairs = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource _mended = Done();
    private volatile LinkState _state = LinkState.Up;
    private int? _cut;
    private int _accepted;

    public FaultProxy(int targetPort)
    {
        _target = new IPEndPoint(IPAddress.Loopback, targetPort);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where to connect instead of the target.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public LinkState State => _state;

    /// <summary>Connections that are let through at the same time; more are reset, as a full server does.</summary>
    public int MostConnections { get; set; } = MaxConnections;

    /// <summary>Each piece of data is held back so long, in each direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>New connections lead to another port: what was there has been replaced.</summary>
    public void LeadTo(int port) => _target = new IPEndPoint(IPAddress.Loopback, port);

    /// <summary>Resets every open connection; new ones are let through.</summary>
    public void Reset()
    {
        foreach (var pair in _pairs.Keys) pair.Reset();
    }

    /// <summary>
    /// What has been asked on the open connections still reaches the target; the answer does not come back, and the
    /// connection is reset in its place. New ones are let through.
    /// </summary>
    public void DropAnswers()
    {
        foreach (var pair in _pairs.Keys) pair.DropsAnswers = true;
    }

    /// <summary>
    /// About half of the connections, open and new, pass nothing until <see cref="Mend"/>: the seed and a connection's
    /// number, in the order in which they came, say which.
    /// </summary>
    public void StallHalf(int seed)
    {
        lock (_pairs)
        {
            _cut = seed;
            foreach (var pair in _pairs.Keys) StallIfCut(pair);
        }
    }

    /// <summary>Ends <see cref="StallHalf"/>.</summary>
    public void Mend()
    {
        lock (_pairs)
        {
            _cut = null;
            foreach (var pair in _pairs.Keys) pair.Mend();
        }
    }

    private void StallIfCut(Pair pair)
    {
        if (_cut is { } seed && new Random(unchecked((seed * 397) ^ pair.Number)).Next(2) == 0) pair.Stall();
    }

    /// <summary>Changes what happens from now on, to open connections too.</summary>
    public void Set(LinkState state)
    {
        var before = _state;
        if (state == LinkState.Stalled && before != LinkState.Stalled) _mended = new TaskCompletionSource(
            TaskCreationOptions.RunContinuationsAsynchronously);
        _state = state;
        if (state != LinkState.Stalled) _mended.TrySetResult();
        if (state == LinkState.Refusing)
            foreach (var pair in _pairs.Keys) pair.Reset();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        Set(LinkState.Refusing);
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new ConcurrentDictionary<Task, byte>();
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token).ConfigureAwait(false);
                var task = ServeAsync(client);
                served.TryAdd(task, 0);
                _ = task.ContinueWith(done => served.TryRemove(done, out byte _), TaskScheduler.Default);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped; what is open ends below.
        }

        await Task.WhenAll(served.Keys).ConfigureAwait(false);
    }

    private async Task ServeAsync(Socket client)
    {
        var upstream = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var pair = new Pair(client, upstream, Interlocked.Increment(ref _accepted));
        try
        {
            client.NoDelay = true;
            await _mended.Task.WaitAsync(_stop.Token).ConfigureAwait(false);
            if (_state == LinkState.Refusing || _pairs.Count >= MostConnections) return;
            lock (_pairs)
            {
                _pairs.TryAdd(pair, 0);
                StallIfCut(pair);
            }

            await upstream.ConnectAsync(_target, _stop.Token).ConfigureAwait(false);
            await Task.WhenAny(PumpAsync(client, upstream, pair, answers: false), PumpAsync(upstream, client, pair, answers: true))
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side went away, which is what a link is allowed to see.
        }
        finally
        {
            _pairs.TryRemove(pair, out _);
            pair.Reset();
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Pair pair, bool answers)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                var read = await from.ReceiveAsync(buffer, _stop.Token).ConfigureAwait(false);
                await _mended.Task.WaitAsync(_stop.Token).ConfigureAwait(false);
                await pair.Mended.WaitAsync(_stop.Token).ConfigureAwait(false);
                if (Delay > TimeSpan.Zero) await Task.Delay(Delay, _stop.Token).ConfigureAwait(false);
                if (read == 0 || _state == LinkState.Refusing || (answers && pair.DropsAnswers)) return;
                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other direction's pump ends when the pair is reset.
        }
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private sealed class Pair(Socket client, Socket upstream, int number)
    {
        private volatile TaskCompletionSource _mended = Done();

        public int Number => number;

        public bool DropsAnswers { get; set; }

        /// <summary>Completes when it may pass what is sent over it.</summary>
        public Task Mended => _mended.Task;

        public void Stall() => _mended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Mend() => _mended.TrySetResult();

        public void Reset()
        {
            Mend();
            Close(client);
            Close(upstream);
        }

        private static void Close(Socket socket)
        {
            socket.Close(timeout: 0);
        }
    }
}
