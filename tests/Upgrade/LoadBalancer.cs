using System.Collections.Immutable;

namespace FlashSale.Tests.Upgrade;

/// <summary>
/// In front of the edges, in the client: each client keeps to its edge while that is there. An edge is taken out before it is
/// stopped, so that what it has begun to answer is all that it has left to do.
/// </summary>
internal sealed class LoadBalancer : IDisposable
{
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private ImmutableList<Uri> _edges = [];
    private int _clients;

    public void Add(string edge) => ImmutableInterlocked.Update(ref _edges, edges => edges.Add(new Uri(edge)));

    public void Remove(string edge) => ImmutableInterlocked.Update(ref _edges, edges => edges.Remove(new Uri(edge)));

    public HttpClient NewClient() => new(new Kept(this)) { BaseAddress = new Uri("http://edges") };

    public void Dispose() => _invoker.Dispose();

    private sealed class Kept(LoadBalancer balancer) : HttpMessageHandler
    {
        private Uri? _edge;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var edges = balancer._edges;
            if (_edge is not { } edge || !edges.Contains(edge))
                _edge = edge = edges[(int)((uint)Interlocked.Increment(ref balancer._clients) % edges.Count)];
            request.RequestUri = new Uri(edge, request.RequestUri!.PathAndQuery);
            return balancer._invoker.SendAsync(request, cancellationToken);
        }
    }
}
