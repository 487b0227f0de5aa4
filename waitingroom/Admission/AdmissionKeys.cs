using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Admission;

/// <summary>
/// The waiting room's public keys: fetched in the background, again at once (but not more than once in
/// <see cref="MinRefetch"/>) when a token names an unknown <c>kid</c>, and kept when the source cannot be reached.
/// </summary>
/// <param name="http">Its base address is the edge or the waiting room.</param>
/// <param name="path">Where the JWKS is, relative to the base address.</param>
public sealed partial class AdmissionKeys(
    HttpClient http, string path, TimeProvider clock, ILogger<AdmissionKeys> log) : BackgroundService
{
    /// <summary>The regular refresh: a new key is published longer than this before it signs.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(30);

    /// <summary>Unknown key ids cause a fetch this often at the most.</summary>
    public static readonly TimeSpan MinRefetch = TimeSpan.FromSeconds(1);

#pragma warning disable CA2213 // It has nothing to dispose of, and a fetch that is under way must be able to end.
    private readonly SemaphoreSlim _fetching = new(1, 1);
#pragma warning restore CA2213
    private volatile Dictionary<string, SecurityKey>? _keys;
    private long _lastAttempt = long.MinValue;
    private long _failingSince = long.MinValue;
    private int _attempts;

    /// <summary>True once keys have been fetched.</summary>
    public bool IsReady => _keys is not null;

    /// <summary>How long every fetch has failed: zero when the last one succeeded, or none has ended yet.</summary>
    public TimeSpan UnreachableFor =>
        Volatile.Read(ref _failingSince) is var since && since == long.MinValue
            ? TimeSpan.Zero : clock.GetElapsedTime(since);

    /// <summary>True when the key with that id is among those fetched last.</summary>
    internal bool Has(string kid) => _keys is { } known && known.ContainsKey(kid);

    /// <summary>
    /// The key with that id. Without one: whether it is certain that none is published, which it is only when a fetch has
    /// succeeded just now. Keys that were fetched before say nothing of a newer one.
    /// </summary>
    public async ValueTask<(SecurityKey? Key, bool IsCertain)> FindAsync(string? kid, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(kid)) return (null, true);
        if (_keys is { } known && known.TryGetValue(kid, out var key)) return (key, true);

        var isFresh = await FetchAsync(cancel).ConfigureAwait(false);
        return (_keys?.GetValueOrDefault(kid), isFresh);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await FetchAsync(stoppingToken).ConfigureAwait(false);
                await Task.Delay(Failing ? MinRefetch : Refresh, clock, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <summary>The last fetch has brought keys.</summary>
    private bool IsFresh => IsReady && !Failing;

    private bool Failing => Volatile.Read(ref _failingSince) != long.MinValue;

    /// <summary>True when the keys are of the last <see cref="MinRefetch"/>. Who goes away takes the fetch from nobody else.</summary>
    private Task<bool> FetchAsync(CancellationToken cancel) => FetchOnceAsync().WaitAsync(cancel);

    private async Task<bool> FetchOnceAsync()
    {
        var attempts = Volatile.Read(ref _attempts);
        await _fetching.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            // Who waited for another's fetch takes its result: a hanging source delays each caller once, not in turn.
            if (attempts != _attempts) return IsFresh;
            if (_lastAttempt != long.MinValue && clock.GetElapsedTime(_lastAttempt) < MinRefetch) return IsFresh;
            _lastAttempt = clock.GetTimestamp();
            var text = await http.GetStringAsync(path, CancellationToken.None).ConfigureAwait(false);
            var keys = new JsonWebKeySet(text).GetSigningKeys()
                .Where(key => key is ECDsaSecurityKey { KeySize: 256 } && !string.IsNullOrEmpty(key.KeyId)).ToDictionary(key => key.KeyId);
            // The waiting room always has one: whatever this is, it takes no good key away.
            if (keys.Count == 0) throw new InvalidDataException("the answer has no key that can be used");
            _keys = keys;
            Volatile.Write(ref _failingSince, long.MinValue);
            _attempts++;
        }
        catch (Exception error) when (error is HttpRequestException or ArgumentException or InvalidDataException or TaskCanceledException)
        {
            if (!Failing) Volatile.Write(ref _failingSince, clock.GetTimestamp());
            _attempts++;
            LogFetchFailed(error, IsReady);
        }
        finally
        {
            _fetching.Release();
        }

        return IsFresh;
    }

    [LoggerMessage(9001, LogLevel.Warning,
        "The admission keys could not be fetched; kept the last good ones: {HaveKeys}",
        EventName = "AdmissionKeysNotFetched")]
    private partial void LogFetchFailed(Exception error, bool haveKeys);
}
