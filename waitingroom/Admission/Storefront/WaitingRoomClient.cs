using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlashSale.Admission;

/// <summary>
/// The storefront's server to the ledger: redeem an admission for a reserved unit, confirm it once paid, or give it back.
/// Every call is safe to repeat, and is repeated a few times when the answer is lost.
/// </summary>
public sealed class WaitingRoomClient(HttpClient http, string? apiKey)
{
    /// <summary>Tries of a call whose answer was lost or was 5xx.</summary>
    public const int Attempts = 3;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Puts the admitted unit in the shopper's cart; repeated, it answers the same reservation.</summary>
    public Task<LedgerAnswer> RedeemAsync(AdmittedShopper shopper, CancellationToken cancel = default) => CallAsync(
        HttpMethod.Post, $"/sales/{shopper.Admission.Sale}/reservations", shopper.Token, cancel);

    /// <summary>The reservation as it is now.</summary>
    public Task<LedgerAnswer> GetAsync(AdmittedShopper shopper, string reservation, CancellationToken cancel = default) =>
        CallAsync(HttpMethod.Get, Path(reservation), shopper.Token, cancel);

    /// <summary>Gives the unit back to the next in line.</summary>
    public Task<LedgerAnswer> GiveBackAsync(AdmittedShopper shopper, string reservation, CancellationToken cancel = default) =>
        CallAsync(HttpMethod.Delete, Path(reservation), shopper.Token, cancel);

    /// <summary>
    /// Makes the reservation sold, after this storefront has taken the payment. Refused with <c>reservationEnded</c> when
    /// its time was over: refund the shopper then.
    /// </summary>
    /// <exception cref="InvalidOperationException">No API key is configured.</exception>
    public Task<LedgerAnswer> ConfirmAsync(string reservation, CancellationToken cancel = default) => CallAsync(
        HttpMethod.Post, Path(reservation) + "/confirm",
        apiKey ?? throw new InvalidOperationException("WaitingRoom:ApiKey is not configured"), cancel);

    private static string Path(string reservation) => $"/reservations/{Uri.EscapeDataString(reservation)}";

    private async Task<LedgerAnswer> CallAsync(HttpMethod method, string path, string credential, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await TryCallAsync(method, path, credential, cancel).ConfigureAwait(false);
            if (answer is not Unanswered || attempt == Attempts) return answer;
            await Task.Delay(s_pause * attempt, cancel).ConfigureAwait(false);
        }
    }

    private async Task<LedgerAnswer> TryCallAsync(
        HttpMethod method, string path, string credential, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
            request.Headers.Accept.ParseAdd("application/json");
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
}

/// <summary>What the ledger said: <see cref="Reserved"/>, <see cref="LedgerRefused"/> or <see cref="Unanswered"/>.</summary>
public abstract record LedgerAnswer;

/// <summary>The reservation as it is now.</summary>
public sealed record Reserved(Reservation Reservation) : LedgerAnswer;

/// <summary>Refused, with the status and the problem's stable code, e.g. 410 <c>admissionSpent</c>.</summary>
public sealed record LedgerRefused(int Status, string Code) : LedgerAnswer;

/// <summary>No answer within a few tries: the outcome is unknown, and repeating the call is safe.</summary>
public sealed record Unanswered : LedgerAnswer;

/// <summary>A unit in a shopper's cart.</summary>
/// <param name="State"><c>held</c>, <c>sold</c> or <c>released</c>.</param>
/// <param name="Reason">Why it was released: <c>expired</c>, <c>cancelled</c>, <c>declined</c>.</param>
/// <param name="PayBy">It must be paid by then; it is given to the next in line soon after.</param>
public sealed record Reservation(
    string Id, string Sale, int Unit, string State, string? Reason, DateTimeOffset PayBy, Price Price, string? OrderNumber);

/// <summary>Money in minor units (cents) of a lower-case ISO 4217 currency.</summary>
public sealed record Price([property: JsonRequired] long Amount, string Currency);
