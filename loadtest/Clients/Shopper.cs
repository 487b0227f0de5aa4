using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.LoadTest.Clients;

/// <summary>
/// One shopper of one sale at one edge: each method is one request, and keeps what the answer gave.
/// </summary>
/// <param name="http">Its base address is the edge; shared by many shoppers, so without a cookie jar.</param>
public sealed class Shopper(HttpClient http, string sale)
{
    private const int VisitorBytes = 16;

    /// <summary>The value of the visitor cookie: who this is, to a sale that anyone may join.</summary>
    public string Visitor { get; init; } =
        System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(VisitorBytes));

    /// <summary>Signed by the storefront: who this is, to a sale of identified shoppers.</summary>
    public string? EnqueueToken { get; set; }

    /// <summary>From joining.</summary>
    public string? Ticket { get; set; }

    /// <summary>From claiming.</summary>
    public string? Token { get; set; }

    /// <summary>From reserving.</summary>
    public string? ReservationId { get; set; }

    /// <summary>Told of every answer and every missing one, possibly several at a time; null when nobody asks.</summary>
    public Action<Exchange>? Heard { get; init; }

    /// <summary>The same shopper in another tab: shares who it is, the place and the admission.</summary>
    public Shopper InAnotherTab() => new(http, sale)
    {
        Visitor = Visitor,
        EnqueueToken = EnqueueToken,
        Ticket = Ticket,
        Token = Token,
        ReservationId = ReservationId,
        Heard = Heard,
    };

    /// <summary>As a browser does it: with the work that is asked for, if any.</summary>
    public async Task<Answer<PlaceAnswer>> JoinAsync(CancellationToken cancel)
    {
        var answer = await JoinAsync(null, cancel).ConfigureAwait(false);
        if (answer.Challenge is not { } asked) return answer;
        var proof = await Task.Run(() => ProofOfWork.Solve(asked.Challenge, asked.Bits, cancel), cancel).ConfigureAwait(false);
        return await JoinAsync(proof, cancel).ConfigureAwait(false);
    }

    private async Task<Answer<PlaceAnswer>> JoinAsync(string? proof, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/sales/{sale}/ticket");
        var ticket = Ticket is null ? "" : $"; fs-ticket-{sale}={Ticket}";
        request.Headers.Add("Cookie", $"fs-visitor={Visitor}{ticket}");
        if (EnqueueToken is not null || proof is not null)
            request.Content = JsonContent.Create(new { enqueueToken = EnqueueToken, proof }, options: Wire.Json);
        var answer = await SendAsync<PlaceAnswer>(request, cancel).ConfigureAwait(false);
        Ticket = answer.Body?.Ticket ?? Ticket;
        return answer;
    }

    public Task<Answer<PlaceAnswer>> PollAsync(CancellationToken cancel) =>
        SendAsync<PlaceAnswer>(HttpMethod.Get, $"/sales/{sale}/ticket", "Ticket", Ticket, cancel);

    public Task<Answer<PlaceAnswer>> LeaveAsync(CancellationToken cancel) =>
        SendAsync<PlaceAnswer>(HttpMethod.Delete, $"/sales/{sale}/ticket", "Ticket", Ticket, cancel);

    /// <summary>Asks to be called by push; the status.</summary>
    public async Task<int> AskToBeCalledAsync(object subscription, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/sales/{sale}/ticket/push");
        request.Headers.Authorization = new AuthenticationHeaderValue("Ticket", Ticket);
        request.Content = JsonContent.Create(subscription, options: Wire.Json);
        using var answer = await http.SendAsync(request, cancel).ConfigureAwait(false);
        return (int)answer.StatusCode;
    }

    public async Task<Answer<AdmissionAnswer>> ClaimAsync(CancellationToken cancel)
    {
        var answer = await SendAsync<AdmissionAnswer>(
            HttpMethod.Post, $"/sales/{sale}/admission", "Ticket", Ticket, cancel).ConfigureAwait(false);
        Token = answer.Body?.Token ?? Token;
        return answer;
    }

    public async Task<Answer<ReservationAnswer>> ReserveAsync(CancellationToken cancel)
    {
        var answer = await SendAsync<ReservationAnswer>(
            HttpMethod.Post, $"/sales/{sale}/reservations", "Bearer", Token, cancel).ConfigureAwait(false);
        ReservationId = answer.Body?.Id ?? ReservationId;
        return answer;
    }

    public Task<Answer<ReservationAnswer>> ReadAsync(CancellationToken cancel) =>
        SendAsync<ReservationAnswer>(HttpMethod.Get, $"/reservations/{ReservationId}", "Bearer", Token, cancel);

    public Task<Answer<ReservationAnswer>> GiveBackAsync(CancellationToken cancel) =>
        SendAsync<ReservationAnswer>(HttpMethod.Delete, $"/reservations/{ReservationId}", "Bearer", Token, cancel);

    /// <param name="idempotencyKey">The same again for a double click; null = a new payment.</param>
    public async Task<Answer<ReservationAnswer>> PayAsync(
        string paymentMethod, string? idempotencyKey, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/reservations/{ReservationId}/payments");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        request.Headers.Add("Idempotency-Key", idempotencyKey ?? Guid.NewGuid().ToString());
        request.Content = JsonContent.Create(new { paymentMethod }, options: Wire.Json);
        return await SendAsync<ReservationAnswer>(request, cancel).ConfigureAwait(false);
    }

    private async Task<Answer<T>> SendAsync<T>(
        HttpMethod method, string path, string scheme, string? credential, CancellationToken cancel) where T : class
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, credential);
        return await SendAsync<T>(request, cancel).ConfigureAwait(false);
    }

    private async Task<Answer<T>> SendAsync<T>(HttpRequestMessage request, CancellationToken cancel) where T : class
    {
        try
        {
            using var response = await http.SendAsync(request, cancel).ConfigureAwait(false);
            var text = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
            var answer = Read<T>(response, text);
            Heard?.Invoke(new Exchange(answer.Status, answer.Problem, text.Length));
            return answer;
        }
        catch (Exception error) when (Heard is not null && Answers.IsMissing(error, cancel))
        {
            Heard(Exchange.Missing);
            throw;
        }
    }

    private static Answer<T> Read<T>(HttpResponseMessage response, byte[] text) where T : class
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            if (text.Length == 0) return new(status, null, null, null);
            return Read<T>(text) is { } body ? new(status, body, null, null) : new(status, null, Answers.Unreadable, null);
        }
        return new(status, null, CodeOf(text), response.Headers.RetryAfter?.Delta)
        {
            Challenge = response.StatusCode == HttpStatusCode.PreconditionRequired ? Read<ChallengeAnswer>(text) : null,
        };
    }

    /// <summary>Null for what is no such JSON: one odd answer is a finding, not the end of a load test.</summary>
    private static T? Read<T>(byte[] text) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Wire.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The problem's code, or the answer itself when it is no problem document.</summary>
    private static string CodeOf(byte[] text)
    {
        try
        {
            using var problem = JsonDocument.Parse(text);
            if (problem.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String)
                return code.GetString()!;
        }
        catch (JsonException)
        {
            // An answer of something else than the services; shown as it is.
        }
        var raw = System.Text.Encoding.UTF8.GetString(text);
        return string.Create(CultureInfo.InvariantCulture, $"(no problem document: {raw[..Math.Min(raw.Length, 200)]})");
    }
}
