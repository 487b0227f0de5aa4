namespace FlashSale.LoadTest.Clients;

/// <summary>One connection pool per edge, shared by all shoppers.</summary>
public sealed class EdgeClients : IDisposable
{
    private const int ConnectionsPerEdge = 512;

    /// <summary>An answer that takes longer counts as none.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient[] _clients;

    public EdgeClients(params IEnumerable<string> urls) => _clients = [.. urls.Select(Create)];

    /// <summary>Connections to all edges at the most; more requests than that would wait in the client.</summary>
    public int Connections => _clients.Length * ConnectionsPerEdge;

    /// <summary>The edge of the n-th shopper.</summary>
    public HttpClient this[int shopper] => _clients[shopper % _clients.Length];

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
    }

    private static HttpClient Create(string url) => new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        MaxConnectionsPerServer = ConnectionsPerEdge,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
    })
    {
        BaseAddress = new Uri(url),
        Timeout = s_timeout,
    };
}
