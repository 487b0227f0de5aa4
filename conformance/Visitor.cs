using System.Net;

using FlashSale.LoadTest.Clients;

namespace FlashSale.Conformance;

/// <summary>A browser with its own cookies that follows no redirect by itself.</summary>
internal sealed class Visitor : IDisposable
{
    /// <summary>Two hundred at once on a machine that is busy with other work are slow, and no less right.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http;
    private EdgeClients? _edge;

    public Visitor()
    {
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            CookieContainer = Cookies,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
        })
        { Timeout = s_timeout };
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>A navigation, as the address bar makes it.</summary>
    public Task<BrowserAnswer> GoAsync(Uri url, CancellationToken cancel) =>
        SendAsync(HttpMethod.Get, url, cancel, ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"));

    public async Task<BrowserAnswer> SendAsync(
        HttpMethod method, Uri url, CancellationToken cancel, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await SendAsync(request, cancel).ConfigureAwait(false);
    }

    public async Task<BrowserAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using var response = await _http.SendAsync(request, cancel).ConfigureAwait(false);
        var body = await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
        var location = response.Headers.TryGetValues("Location", out var locations) ? locations.First() : null;
        return new BrowserAnswer(
            (int)response.StatusCode, location is null ? null : new Uri(request.RequestUri!, location),
            name => response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "",
            response.Content.Headers.ContentType?.MediaType ?? "",
            response.Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies.Select(cookie => new SetCookie(cookie))] : [],
            body);
    }

    /// <summary>This visitor's own connection to the line's public API, which needs no cookies.</summary>
    public HttpClient At(Uri edge) => (_edge ??= new EdgeClients(edge.AbsoluteUri))[0];

    public void Dispose()
    {
        _http.Dispose();
        _edge?.Dispose();
    }
}
