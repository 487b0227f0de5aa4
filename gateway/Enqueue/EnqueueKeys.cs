using System.Collections.Concurrent;

using FlashSale.Gateway.Catalog;

using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Gateway.Enqueue;

/// <summary>
/// The public keys of storefronts, fetched beside the requests and never inside them: as soon as the catalog lists a
/// storefront, again after <see cref="Lifetime"/>, and after a token with an unknown <c>kid</c>, once in
/// <see cref="MinRefetch"/> at the most. The last good ones stay when the storefront is down.
/// </summary>
public sealed partial class EnqueueKeys(
    HttpClient http, EdgeCatalog catalog, TimeProvider clock, ILogger<EnqueueKeys> log) : BackgroundService
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan MinRefetch = TimeSpan.FromSeconds(5);

    /// <summary>After a failure: a storefront that is back is heard of soon.</summary>
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    /// <summary>How often it is looked whether a storefront's keys are due.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, Source> _sources = new();

    /// <summary>A client for other people's servers: bounded, and follows nobody elsewhere.</summary>
    public static HttpClient Client() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(1) })
        {
            Timeout = TimeSpan.FromSeconds(3),
            MaxResponseContentBufferSize = 64 * 1024,
        };

    /// <summary>
    /// The key of that id, from memory; a lone key needs no id. Without one: whether it is certain that the storefront
    /// publishes none, which it is only just after its keys have been fetched.
    /// </summary>
    public (SecurityKey? Key, bool IsCertain) Find(string jwksUrl, string? kid)
    {
        if (!_sources.TryGetValue(jwksUrl, out var source)) return (null, false);
        if (source.Find(kid) is { } key) return (key, true);
        if (source.IsFresh(clock, MinRefetch)) return (null, true);
        source.IsWanted = true;
        return (null, false);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var listed = catalog.JwksUrls;
                foreach (var url in listed) Look(_sources.GetOrAdd(url, _ => new Source()), url, stoppingToken);
                foreach (var (url, source) in _sources)
                    if (source.Fetching.IsCompleted && !listed.Contains(url)) _sources.TryRemove(url, out _);
                await Task.Delay(s_look, clock, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(_sources.Values.Select(source => source.Fetching)).ConfigureAwait(false);
        }
    }

    /// <summary>One that hangs keeps no other waiting.</summary>
    private void Look(Source source, string url, CancellationToken cancel)
    {
        if (source.Fetching.IsCompleted && source.IsDue(clock)) source.Fetching = FetchAsync(source, url, cancel);
    }

    private async Task FetchAsync(Source source, string url, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        source.IsWanted = false;
        try
        {
            var text = await http.GetStringAsync(new Uri(url), cancel).ConfigureAwait(false);
            source.Take(
                [.. new JsonWebKeySet(text).GetSigningKeys().Where(key => key is ECDsaSecurityKey or RsaSecurityKey)], began);
        }
        catch (Exception error) when (error is HttpRequestException or ArgumentException or UriFormatException
            or OperationCanceledException or InvalidOperationException)
        {
            source.Failed(clock.GetTimestamp());
            if (!cancel.IsCancellationRequested) LogFetchFailed(url, error.Message);
        }
    }

    [LoggerMessage(1010, LogLevel.Warning,
        "The storefront keys at {Url} could not be fetched: {Reason}",
        EventName = "StorefrontKeysNotFetched")]
    private partial void LogFetchFailed(string url, string reason);

    private sealed class Source
    {
        private volatile Known _known = new([], null, null);

        /// <summary>A token had an id that is not known.</summary>
        public volatile bool IsWanted;

        /// <summary>Of the one loop.</summary>
        public Task Fetching { get; set; } = Task.CompletedTask;

        /// <param name="Fetched">When the last fetch began that has succeeded.</param>
        /// <param name="Failed">When the last one has failed; null since one has succeeded.</param>
        private sealed record Known(SecurityKey[] Keys, long? Fetched, long? Failed);

        public SecurityKey? Find(string? kid)
        {
            var keys = _known.Keys;
            return string.IsNullOrEmpty(kid) ? (keys is [var only] ? only : null) : Array.Find(keys, key => key.KeyId == kid);
        }

        public bool IsFresh(TimeProvider clock, TimeSpan age) => _known.Fetched is { } at && clock.GetElapsedTime(at) < age;

        public bool IsDue(TimeProvider clock) => _known switch
        {
            { Failed: { } at } => clock.GetElapsedTime(at) >= s_retry,
            _ => !IsFresh(clock, IsWanted ? MinRefetch : Lifetime),
        };

        public void Take(SecurityKey[] keys, long began) => _known = new Known(keys, began, null);

        public void Failed(long at) => _known = _known with { Failed = at };
    }
}
