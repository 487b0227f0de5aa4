using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace FlashSale.Admission;

/// <summary>
/// The storefront's server to the ledger: redeem an admission for a reserved unit, confirm it once paid, or give it back.
/// Every call is safe to repeat, and is repeated a few times when the answer is lost. With an API key the reservation is
/// this server's alone: the shopper's token, which was in a URL, opens it no more.
/// </summary>
public sealed class WaitingRoomClient(HttpClient http, string? apiKey)
{
    /// <summary>Tries of a call whose answer was lost or was 5xx.</summary>
    public const int Attempts = 3;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    // A shopper waits for it on the way in; what is not answered then is redeemed by the first page.
    private static readonly TimeSpan s_arrival = TimeSpan.FromSeconds(2);

    /// <summary>Puts the admitted unit in the shopper's cart; repeated, it answers the same reservation.</summary>
    public Task<LedgerAnswer> RedeemAsync(AdmittedShopper shopper, CancellationToken cancel = default) =>
        CallAsync(HttpMethod.Post, Carts(shopper), Credential(shopper), Redemption(shopper), cancel);

    /// <summary>Redeems as the shopper comes in: one try, soon given up. Null when this server has no key to do it with.</summary>
    internal async Task<LedgerAnswer?> ArriveAsync(AdmittedShopper shopper, CancellationToken cancel)
    {
        if (apiKey is null) return null;
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        soon.CancelAfter(s_arrival);
        try
        {
            return await TryCallAsync(HttpMethod.Post, Carts(shopper), apiKey, Redemption(shopper), soon.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Unanswered();
        }
    }

    /// <summary>The reservation as it is now.</summary>
    public Task<LedgerAnswer> GetAsync(AdmittedShopper shopper, string reservation, CancellationToken cancel = default) =>
        CallAsync(HttpMethod.Get, Path(reservation), Credential(shopper), null, cancel);

    /// <summary>Gives the unit back to the next in line.</summary>
    public Task<LedgerAnswer> GiveBackAsync(AdmittedShopper shopper, string reservation, CancellationToken cancel = default) =>
        CallAsync(HttpMethod.Delete, Path(reservation), Credential(shopper), null, cancel);

    /// <summary>
    /// Makes the reservation sold, after this storefront has taken the payment. Refused with <c>reservationEnded</c> when
    /// its time was over: refund the shopper then.
    /// </summary>
    /// <exception cref="InvalidOperationException">No API key is configured.</exception>
    public Task<LedgerAnswer> ConfirmAsync(string reservation, CancellationToken cancel = default) => CallAsync(
        HttpMethod.Post, Path(reservation) + "/confirm",
        apiKey ?? throw new InvalidOperationException("WaitingRoom:ApiKey is not configured"), null, cancel);

    private string Credential(AdmittedShopper shopper) => apiKey ?? shopper.Token;

    private RedeemBody? Redemption(AdmittedShopper shopper) => apiKey is null ? null : new RedeemBody(shopper.Token);

    private static string Carts(AdmittedShopper shopper) => $"/sales/{shopper.Admission.Sale}/reservations";

    private static string Path(string reservation) => $"/reservations/{Uri.EscapeDataString(reservation)}";

    private async Task<LedgerAnswer> CallAsync(
        HttpMethod method, string path, string credential, RedeemBody? body, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await TryCallAsync(method, path, credential, body, cancel).ConfigureAwait(false);
            if (answer is not Unanswered || attempt == Attempts) return answer;
            await Task.Delay(s_pause * attempt, cancel).ConfigureAwait(false);
        }
    }

    private async Task<LedgerAnswer> TryCallAsync(
        HttpMethod method, string path, string credential, RedeemBody? content, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
            request.Headers.Accept.ParseAdd("application/json");
            if (content is not null) request.Content = JsonContent.Create(content, options: JsonSerializerOptions.Web);
            using var response = await http.SendAsync(request, cancel).ConfigureAwait(false);
            if ((int)response.StatusCode >= 500) return new Unanswered();

            var body = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return new Reserved(JsonSerializer.Deserialize<Reservation>(body, JsonSerializerOptions.Web)!);
            var problem = JsonSerializer.Deserialize<ProblemBody>(body, JsonSerializerOptions.Web);
            return new LedgerRefused((int)response.StatusCode, problem?.Code ?? "");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException
            || (error is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            return new Unanswered();
        }
    }

    private sealed record ProblemBody(string? Code);

    private sealed record RedeemBody(string Admission);
}
