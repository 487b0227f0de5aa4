using System.Text.Json;

using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.WaitingRooms;

/// <summary>Asks the waiting rooms for the line's live numbers, and who is admitted.</summary>
public sealed class LineClient(
    IHttpClientFactory http, IOptions<CheckoutOptions> options, IOptions<ServiceKeyOptions> key)
{
    /// <summary>A waiting room that does not answer is not waited for longer.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>The numbers, or null when no waiting room knows them now.</summary>
    public Task<LineNumbers?> FindAsync(SaleId sale, CancellationToken cancel) =>
        AskAsync<LineNumbers>($"internal/sales/{sale}/line", cancel);

    /// <summary>Who is admitted, or null when no waiting room knows it now.</summary>
    public Task<IReadOnlyList<LineAdmission>?> AdmissionsAsync(SaleId sale, CancellationToken cancel) =>
        AskAsync<IReadOnlyList<LineAdmission>>($"internal/sales/{sale}/admissions", cancel);

    private async Task<T?> AskAsync<T>(string route, CancellationToken cancel) where T : class
    {
        foreach (var room in options.Value.WaitingRooms)
        {
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                patience.CancelAfter(s_patience);
                using var client = http.CreateClient(Poker.Client);
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(room, route));
                request.Headers.Authorization = ServiceKey.Header(key.Value.Key);
                using var answer = await client.SendAsync(request, patience.Token).ConfigureAwait(false);
                if (!answer.IsSuccessStatusCode) continue;
                return await answer.Content.ReadFromJsonAsync<T>(Wire.Json, patience.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is HttpRequestException or JsonException or IOException
                or OperationCanceledException && !cancel.IsCancellationRequested)
            {
                // The next one may know.
            }
        }
        return null;
    }
}
