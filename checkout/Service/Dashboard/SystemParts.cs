using System.Text.Json;

using FlashSale.Checkout.Pokes;
using FlashSale.Checkout.Sales;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Dashboard;

/// <summary>Looks whether the parts that this checkout knows of are ready.</summary>
internal sealed class SystemParts(
    SaleCatalog catalog, IHttpClientFactory http, IOptions<CheckoutOptions> options, TimeProvider clock)
{
    /// <summary>A waiting room is asked no more often, and not waited for longer, than this.</summary>
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(3), s_patience = TimeSpan.FromSeconds(1);

    private IReadOnlyList<LivePart> _rooms = [];
    private long _lookedAt;

    public async Task<IReadOnlyList<LivePart>> LookAsync(CancellationToken cancel)
    {
        if (_lookedAt == 0 || clock.GetElapsedTime(_lookedAt) > s_every)
        {
            _rooms = await Task.WhenAll(options.Value.WaitingRooms.Select(url => LookAsync(url, cancel))).ConfigureAwait(false);
            _lookedAt = clock.GetTimestamp();
        }

        var ledger = catalog.Age < TimeSpan.FromSeconds(2);
        return [.. _rooms, new LivePart("ledger", null, null, ledger, null)];
    }

    private async Task<LivePart> LookAsync(Uri room, CancellationToken cancel)
    {
        var (ok, detail) = (false, (string?)null);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(s_patience);
            using var client = http.CreateClient(Poker.Client);
            using var answer = await client.GetAsync(new Uri(room, "health/ready"), patience.Token).ConfigureAwait(false);
            ok = answer.IsSuccessStatusCode;
            if (!ok) detail = await MissingAsync(answer, patience.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException
            or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            // It does not answer: that is what is shown.
        }

        return new LivePart("waitingroom", room.Authority, null, ok, detail);
    }

    private static async Task<string?> MissingAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel).ConfigureAwait(false));
        return json.RootElement.ValueKind is JsonValueKind.Object
            && json.RootElement.TryGetProperty("missing", out var missing) && missing.ValueKind is JsonValueKind.Array
            ? string.Join(", ", missing.EnumerateArray().Select(one => one.ToString()))
            : null;
    }
}
