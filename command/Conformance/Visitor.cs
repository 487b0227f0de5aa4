using System.Net;

namespace FlashSale.Command.Conformance;

/// <summary>A browser with its own cookies that follows no redirect by itself.</summary>
internal sealed class Visitor : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(15);
    private readonly HttpClient _http;

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
    public Task<Answer> GoAsync(Uri url, CancellationToken cancel) =>
        SendAsync(HttpMethod.Get, url, cancel, ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"));

    public async Task<Answer> SendAsync(
        HttpMethod method, Uri url, CancellationToken cancel, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await SendAsync(request, cancel).ConfigureAwait(false);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using var response = await _http.SendAsync(request, cancel).ConfigureAwait(false);
        var body = await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
        var location = response.Headers.TryGetValues("Location", out var locations) ? locations.First() : null;
        return new Answer(
            (int)response.StatusCode, location is null ? null : new Uri(request.RequestUri!, location),
            name => response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "", body);
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What came back.</summary>
/// <param name="Location">Made absolute, as a browser does.</param>
/// <param name="Header">A header's value; empty when it is absent.</param>
internal sealed record Answer(int Status, Uri? Location, Func<string, string> Header, string Body)
{
    public bool IsRedirect => Status is 301 or 302 or 303 or 307 or 308 && Location is not null;

    public override string ToString() => Location is null ? $"{Status}" : $"{Status} → {Location.GetLeftPart(UriPartial.Path)}";
}
