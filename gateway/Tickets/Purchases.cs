using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.Gateway.Tickets;

/// <summary>
/// What shoppers have bought, asked of the checkout and remembered for <see cref="Lifetime"/>: who has paid is led to the
/// order by whatever they do next.
/// </summary>
/// <param name="checkout">Fails over, and shows the service key.</param>
public sealed partial class Purchases(HttpClient checkout, TimeProvider clock, ILogger<Purchases> log)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    /// <summary>Remembered at once: some MB.</summary>
    private const int MaxRemembered = 20_000;

    private readonly ConcurrentDictionary<(SaleId, ShopperId), (Purchase Purchase, long At)> _known = new();

    /// <summary>Null when there is none, or when it cannot be asked for at the moment.</summary>
    public async ValueTask<Purchase?> FindAsync(SaleId sale, ShopperId shopper, CancellationToken cancel)
    {
        if (_known.TryGetValue((sale, shopper), out var known) && clock.GetElapsedTime(known.At) < Lifetime) return known.Purchase;
        try
        {
            using var answer = await checkout.GetAsync(
                new Uri($"internal/purchases/{sale}?shopper={Uri.EscapeDataString(shopper.Value)}", UriKind.Relative), cancel)
                .ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.NotFound) return null;
            answer.EnsureSuccessStatusCode();
            var purchase = await answer.Content.ReadFromJsonAsync<Purchase>(Wire.Json, cancel).ConfigureAwait(false);
            if (purchase is null) return null;
            if (_known.Count >= MaxRemembered) _known.Clear();
            _known[(sale, shopper)] = (purchase, clock.GetTimestamp());
            return purchase;
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or OperationCanceledException
            or IOException or InvalidOperationException)
        {
            if (cancel.IsCancellationRequested) throw;
            LogNotAsked(sale.Value, error.Message);
            return null;
        }
    }

    [LoggerMessage(1050, LogLevel.Warning,
        "What a shopper has bought in {Sale} could not be asked for: {Reason}",
        EventName = "PurchaseNotAsked")]
    private partial void LogNotAsked(string sale, string reason);
}
