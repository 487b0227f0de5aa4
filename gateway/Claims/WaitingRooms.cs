using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Claims;

/// <summary>The waiting rooms' internal routes.</summary>
/// <param name="http">Fails over, and shows the service key.</param>
public sealed partial class WaitingRooms(HttpClient http, ILogger<WaitingRooms> log)
{
    /// <summary>The token, or the problem; asking again gives the same admission.</summary>
    public async ValueTask<(ClaimAnswer? Answer, Problem? Problem)> ClaimAsync(Ticket ticket, CancellationToken cancel)
    {
        var request = new ClaimRequest(
            ticket.Sale, ticket.Place.Epoch, ticket.Place.Number, ticket.Shopper.Value);
        try
        {
            using var response = await http.PostAsJsonAsync("internal/claims", request, Wire.Json, cancel)
                .ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return (await response.Content.ReadFromJsonAsync<ClaimAnswer>(Wire.Json, cancel).ConfigureAwait(false), null);
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Wire.Json, cancel).ConfigureAwait(false);
            return (null, Known(problem));
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or OperationCanceledException
            or IOException or InvalidOperationException)
        {
            if (cancel.IsCancellationRequested) throw;
            LogClaimFailed(ticket.Sale.Value, ticket.Place.Number, error.Message);
            return (null, Problem.Unavailable);
        }
    }

    /// <summary>A problem of ours by its code; anything else is the service's fault, not the shopper's.</summary>
    private static Problem Known(JsonElement problem) =>
        problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty("code", out var code)
            && Problem.All.FirstOrDefault(known => known.Code == code.GetString()) is { } found
            && found != Problem.NotFound && found != Problem.Malformed
            ? found : Problem.Unavailable;

    [LoggerMessage(1030, LogLevel.Warning,
        "The claim of place {Number} of {Sale} could not be asked for: {Reason}",
        EventName = "ClaimNotAsked")]
    private partial void LogClaimFailed(string sale, uint number, string reason);
}
