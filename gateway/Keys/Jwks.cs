using FlashSale.Contract;

namespace FlashSale.Gateway.Keys;

/// <summary>
/// <c>GET /.well-known/jwks.json</c>: the waiting room's document, asked for once in <see cref="MaxAge"/> at the most
/// however many ask; the last good one while no waiting room answers.
/// </summary>
/// <param name="waitingRoom">A client of the waiting rooms.</param>
public sealed class Jwks(HttpClient waitingRoom, TimeProvider clock) : IDisposable
{
    public const string Path = "/.well-known/jwks.json";

    /// <summary>A new key is published for longer than this before it signs.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private volatile byte[]? _document;
    private long _askedAt = long.MinValue;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var jwks = routes.ServiceProvider.GetRequiredService<Jwks>();
        routes.MapGet(Path, async (HttpContext context) =>
        {
            if (await jwks.DocumentAsync(context.RequestAborted).ConfigureAwait(false) is not { } document)
            {
                await Problem.Unavailable.WriteAsync(context.Response).ConfigureAwait(false);
                return;
            }
            context.Response.ContentType = "application/jwk-set+json";
            context.Response.Headers.CacheControl = "public, max-age=1";
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.ContentLength = document.Length;
            await context.Response.Body.WriteAsync(document, context.RequestAborted).ConfigureAwait(false);
        });
    }

    private async ValueTask<byte[]?> DocumentAsync(CancellationToken cancel)
    {
        if (IsFresh) return _document;
        await _asking.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (IsFresh) return _document;
            var document = await waitingRoom.GetByteArrayAsync(Path[1..], cancel).ConfigureAwait(false);
            _document = document;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
        {
            if (cancel.IsCancellationRequested) throw;
        }
        finally
        {
            _askedAt = clock.GetTimestamp();
            _asking.Release();
        }
        return _document;
    }

    private bool IsFresh => _askedAt != long.MinValue && clock.GetElapsedTime(_askedAt) < MaxAge;

    public void Dispose() => _asking.Dispose();
}
