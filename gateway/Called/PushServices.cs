using System.Collections.Concurrent;

using FlashSale.Contract;
using FlashSale.Gateway.Edge;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called;

/// <summary>
/// Which push services are sent to, and how much at once to each of them and to a mail server: half of all at the most, so that one which is slow
/// or gone leaves room for the others, and few while it does not answer.
/// </summary>
public sealed class PushServices(IOptions<CalledOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan s_doubt = TimeSpan.FromSeconds(10);

    /// <summary>Messages at once to a service that did not answer lately: one of them tells that it is back.</summary>
    private const int MaxInDoubt = 4;

    private readonly string[] _hosts = GatewayOptions.Items(options.Value.PushServices);
    private readonly PublicTargets _targets = new(options.Value.AllowLoopback);
    private readonly int _share = Math.Max(1, options.Value.SendsAtOnce / 2);
    private readonly ConcurrentDictionary<string, Service> _services = new();

    /// <summary>True for an address that a browser of ours can have been given by its push service.</summary>
    public bool IsAllowed(string endpoint) => endpoint is { Length: > 0 and <= Subscription.MaxEndpoint }
        && !endpoint.AsSpan().ContainsAnyExceptInRange('!', '~') && _targets.IsAllowed(endpoint)
        && Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && (url.IsDefaultPort || url.IsLoopback)
        && Array.Exists(_hosts, host => Is(url.Host, host));

    /// <summary>A client that reaches them, and nothing that is not public.</summary>
    public SocketsHttpHandler Handler(TimeSpan connectWithin)
    {
        var handler = _targets.Handler(connectWithin);
        handler.EnableMultipleHttp2Connections = true;
        handler.MaxConnectionsPerServer = _share;
        // An endpoint is a secret: it is in no trace, and no trace's id goes to a push service.
        handler.ActivityHeadersPropagator = null;
        return handler;
    }

    /// <summary>
    /// Takes a place among those that are sent to this service, in order while it answers; false while it does not, and
    /// enough have been sent to find out.
    /// </summary>
    public async ValueTask<bool> EnterAsync(Uri endpoint)
    {
        var service = Of(endpoint);
        if (IsInDoubt(service) && Volatile.Read(ref service.Sending) >= MaxInDoubt) return false;
        await service.Room.WaitAsync().ConfigureAwait(false);
        if (Interlocked.Increment(ref service.Sending) <= MaxInDoubt || !IsInDoubt(service)) return true;
        Interlocked.Decrement(ref service.Sending);
        service.Room.Release();
        return false;
    }

    private bool IsInDoubt(Service service) => clock.GetTimestamp() < Interlocked.Read(ref service.DoubtUntil);

    /// <summary>Gives the place back; true when it did not answer, and had before.</summary>
    /// <param name="answered">Null when it was not asked.</param>
    public bool Leave(Uri endpoint, bool? answered)
    {
        var service = Of(endpoint);
        Interlocked.Decrement(ref service.Sending);
        service.Room.Release();
        if (answered is null) return false;
        var wasInDoubt = IsInDoubt(service);
        var until = answered.Value ? 0 : clock.GetTimestamp() + (long)(s_doubt.TotalSeconds * clock.TimestampFrequency);
        Interlocked.Exchange(ref service.DoubtUntil, until);
        return !answered.Value && !wasInDoubt;
    }

    private Service Of(Uri endpoint) => _services.GetOrAdd(endpoint.Authority, _ => new Service(_share));

    private static bool Is(string host, string pattern) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    private sealed class Service(int share)
    {
        public long DoubtUntil;
        public int Sending;

        public SemaphoreSlim Room { get; } = new(share);
    }
}
