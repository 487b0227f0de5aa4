using System.Collections.Concurrent;

using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Gateway.Enqueue;

/// <summary>
/// The public keys of storefronts, fetched when first needed, again after <see cref="Lifetime"/>, and for an unknown
/// <c>kid</c> once in <see cref="MinRefetch"/> at the most. The last good ones stay when the storefront is down.
/// </summary>
public sealed partial class EnqueueKeys(HttpClient http, TimeProvider clock, ILogger<EnqueueKeys> log)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan MinRefetch = TimeSpan.FromSeconds(5);

    /// <summary>An edge remembers the keys of this many storefronts.</summary>
    public const int MaxStorefronts = 1000;

    private readonly ConcurrentDictionary<string, Source> _sources = new();

    /// <summary>A client for other people's servers: bounded, and follows nobody elsewhere.</summary>
    public static HttpClient Client() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(1) })
        {
            Timeout = TimeSpan.FromSeconds(3),
            MaxResponseContentBufferSize = 64 * 1024,
        };

    /// <summary>The key, or null when the storefront publishes none by that id. A lone key needs no id.</summary>
    public async ValueTask<SecurityKey?> FindAsync(string jwksUrl, string? kid, CancellationToken cancel)
    {
        if (_sources.Count >= MaxStorefronts && !_sources.ContainsKey(jwksUrl)) _sources.Clear();
        var source = _sources.GetOrAdd(jwksUrl, _ => new Source());
        var key = source.Find(kid);
        if (key is null || clock.GetElapsedTime(source.FetchedAt) > Lifetime)
        {
            await FetchAsync(source, jwksUrl, cancel).ConfigureAwait(false);
            key = source.Find(kid);
        }
        return key;
    }

    private async Task FetchAsync(Source source, string url, CancellationToken cancel)
    {
        await source.Fetching.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (source.Tried && clock.GetElapsedTime(source.TriedAt) < MinRefetch) return;
            (source.Tried, source.TriedAt) = (true, clock.GetTimestamp());
            var text = await http.GetStringAsync(new Uri(url), cancel).ConfigureAwait(false);
            source.Keys = [.. new JsonWebKeySet(text).GetSigningKeys().Where(key => key is ECDsaSecurityKey or RsaSecurityKey)];
            source.FetchedAt = clock.GetTimestamp();
        }
        catch (Exception error) when (error is HttpRequestException or ArgumentException or UriFormatException
            or OperationCanceledException or InvalidOperationException)
        {
            if (cancel.IsCancellationRequested) throw;
            LogFetchFailed(url, error.Message);
        }
        finally
        {
            source.Fetching.Release();
        }
    }

    [LoggerMessage(1010, LogLevel.Warning,
        "The storefront keys at {Url} could not be fetched: {Reason}",
        EventName = "StorefrontKeysNotFetched")]
    private partial void LogFetchFailed(string url, string reason);

#pragma warning disable CA1001 // see Fetching
    private sealed class Source
#pragma warning restore CA1001
    {
        /// <summary>Lives as long as the process; its wait handle is never asked for, so there is nothing to free.</summary>
        public readonly SemaphoreSlim Fetching = new(1, 1);
        public volatile SecurityKey[] Keys = [];
        public bool Tried;
        public long TriedAt;
        public long FetchedAt;

        public SecurityKey? Find(string? kid) => string.IsNullOrEmpty(kid)
            ? (Keys is [var only] ? only : null)
            : Array.Find(Keys, key => key.KeyId == kid);
    }
}
