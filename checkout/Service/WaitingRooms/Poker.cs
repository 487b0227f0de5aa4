using System.Threading.Channels;

using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.WaitingRooms;

/// <summary>
/// Tells the waiting rooms that the ledger has changed, so that they pull it at once. Only a hint: they pull several
/// times a second anyway, so it is best effort, coalesced, and never waited for.
/// </summary>
public sealed partial class Poker(
    IHttpClientFactory http, IOptions<CheckoutOptions> options, IOptions<ServiceKeyOptions> key, TimeProvider clock,
    ILogger<Poker> log) : BackgroundService
{
    /// <summary>The name of the client for the waiting room's internal routes.</summary>
    public const string Client = "waiting room";

    /// <summary>Changes within this time make one poke.</summary>
    public static readonly TimeSpan Coalesce = TimeSpan.FromMilliseconds(10);

    /// <summary>A waiting room that does not answer is not waited for longer.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    private readonly Channel<bool> _asked =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Asks for a poke soon; costs nothing.</summary>
    public void Poke() => _asked.Writer.TryWrite(true);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var rooms = options.Value.WaitingRooms;
        while (await _asked.Reader.WaitToReadAsync(stoppingToken).ConfigureAwait(false))
        {
            _asked.Reader.TryRead(out _);
            await Task.WhenAll(rooms.Select(room => PokeAsync(room, stoppingToken))).ConfigureAwait(false);
            await Task.Delay(Coalesce, clock, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task PokeAsync(Uri room, CancellationToken cancel)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Timeout);
            using var client = http.CreateClient(Client);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(room, "internal/poke"));
            request.Headers.Authorization = ServiceKey.Header(key.Value.Key);
            using var answer = await client.SendAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            LogMissed(room, error.Message);
        }
    }

    [LoggerMessage(4010, LogLevel.Debug, "The waiting room {Room} was not poked: {Reason}", EventName = "PokeFailed")]
    private partial void LogMissed(Uri room, string reason);
}
