namespace FlashSale.Gateway.Upstreams;

/// <summary>
/// Sends a request to one of several equal services: the last one that answered, else the next. Only for requests that
/// may be repeated and whose content can be sent again.
/// </summary>
public sealed class FailoverHandler(IReadOnlyList<Uri> destinations, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private int _current;

    /// <summary>A client whose base address is replaced by the destination's.</summary>
    /// <param name="timeout">For all tries together.</param>
    public static HttpClient Client(IReadOnlyList<Uri> destinations, TimeSpan timeout)
    {
        var connections = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        };
        return new HttpClient(new FailoverHandler(destinations, connections))
        {
            BaseAddress = new Uri("http://service/"),
            Timeout = timeout,
            MaxResponseContentBufferSize = 64 * 1024 * 1024,
        };
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var path = request.RequestUri!.PathAndQuery;
        for (var attempt = 1; ; attempt++)
        {
            var index = (uint)Volatile.Read(ref _current) % (uint)destinations.Count;
            request.RequestUri = new Uri(destinations[(int)index], path);
            try
            {
                var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if ((int)response.StatusCode < 502 || attempt >= destinations.Count) return response;
                response.Dispose();
            }
            catch (HttpRequestException) when (attempt < destinations.Count)
            {
                // The next one is tried below; the last one's error is the caller's.
            }
            Interlocked.CompareExchange(ref _current, (int)index + 1, (int)index);
        }
    }
}
