using System.Text.Json;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.WaitingRooms;
using FlashSale.Contract;
using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Dashboard;

/// <summary>Looks whether the parts that this checkout knows of are ready.</summary>
internal sealed class SystemParts(
    SaleCatalog catalog, IHttpClientFactory http, IOptions<CheckoutOptions> options, TimeProvider clock)
{
    /// <summary>A waiting room is asked no more often, and not waited for longer, than this.</summary>
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(3), s_patience = TimeSpan.FromSeconds(1);

    /// <summary>Edges listed.</summary>
    private const int MaxEdges = 50;

    private IReadOnlyList<LivePart> _rooms = [];
    private long _lookedAt;

    public async Task<IReadOnlyList<LivePart>> LookAsync(CancellationToken cancel)
    {
        if (_lookedAt == 0 || clock.GetElapsedTime(_lookedAt) > s_every)
        {
            _rooms = await Task.WhenAll(options.Value.WaitingRooms.Select(url => LookAsync(url, cancel))).ConfigureAwait(false);
            _lookedAt = clock.GetTimestamp();
        }

        var (asked, age) = ((long)clock.GetElapsedTime(_lookedAt).TotalMilliseconds, catalog.Age);
        var ledger = new LivePart("ledger", null, age < TimeSpan.FromSeconds(2), null, null, (long)age.TotalMilliseconds);
        return [.. _rooms.Select(room => room with { SeenMsAgo = asked }), ledger];
    }

    /// <summary>The edges as they have reported themselves to the line.</summary>
    public static IEnumerable<LivePart> Edges(LineNumbers? line) => (line?.EdgesSeen ?? []).Take(MaxEdges).Select(edge =>
        new LivePart("edge", edge.Name, edge.SeenMsAgo < EdgeNumbers.LiveMs, null, edge.Version, edge.SeenMsAgo,
            edge.JoinsPerSecond, edge.PollsPerSecond));

    private async Task<LivePart> LookAsync(Uri room, CancellationToken cancel)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(s_patience);
            using var client = http.CreateClient(Poker.Client);
            using var answer = await client.GetAsync(new Uri(room, "health/ready"), patience.Token).ConfigureAwait(false);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(patience.Token).ConfigureAwait(false));
            var said = json.RootElement.Deserialize<Readiness>(Wire.Json);
            return new LivePart(
                said?.Leading is true ? "leader" : "waitingroom", room.Authority, answer.IsSuccessStatusCode,
                said?.Missing is null ? null : string.Join(", ", said.Missing), said?.Version, 0);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException
            or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            // It does not answer: that is what is shown.
            return new LivePart("waitingroom", room.Authority, false, null, null, 0);
        }
    }

    /// <summary>What a waiting room says of itself.</summary>
    private sealed record Readiness(bool Leading, IReadOnlyList<string>? Missing, string? Version);
}
