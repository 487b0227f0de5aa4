using System.Net;

using Xunit;

namespace FlashSale.Tests.Embedding;

/// <summary>A browser that shows each step: cookies kept, redirects not followed.</summary>
internal sealed class ShopBrowser(Uri home) : IDisposable
{
    public CookieContainer Cookies { get; } = new();

    private HttpClient? _http;

    private HttpClient Http => _http ??= new HttpClient(
        new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies })
    { BaseAddress = home };

    /// <summary>A navigation, as the address bar makes it.</summary>
    public Task<HttpResponseMessage> GoAsync(string url) => SendAsync(HttpMethod.Get, url, ("Accept", "text/html,*/*;q=0.8"));

    /// <summary>A script's request.</summary>
    public Task<HttpResponseMessage> FetchAsync(string url) => SendAsync(HttpMethod.Get, url, ("Accept", "application/json"));

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string url, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(home, url));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await SendAsync(request);
    }

    /// <summary>With the path as it is written here, as no browser would send it; from another site.</summary>
    public async Task<HttpResponseMessage> SendAsWrittenAsync(string method, string path)
    {
        var url = new Uri(home.GetLeftPart(UriPartial.Authority) + path,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        request.Headers.Add("Origin", "https://other.example:444");
        return await SendAsync(request);
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) =>
        Http.SendAsync(request, TestContext.Current.CancellationToken);

    public void Dispose() => _http?.Dispose();
}
