using System.Text.Json;

using FlashSale.Contract;
using FlashSale.WaitingRoom.Ledger;

using Microsoft.Extensions.Options;

namespace FlashSale.WaitingRoom.Keys;

/// <summary>The checkouts' word on who may change a key, and their journal: its row is there before the change is.</summary>
public sealed partial class KeyJournal(
    HttpClient http, IOptions<WaitingRoomOptions> options, IOptions<ServiceKeyOptions> key, ILogger<KeyJournal> log)
{
    /// <summary>Of one checkout; the next is asked then.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>Why the operator may not, or the journal's row; neither when no checkout knows.</summary>
    public async Task<(Problem? Refused, long? Entry)> BeginAsync(KeyChange change, CancellationToken cancel)
    {
        using var answer = await AskAsync(HttpMethod.Post, "internal/keys/changes", change, cancel).ConfigureAwait(false);
        switch ((int?)answer?.StatusCode)
        {
            case 200:
                var noted = await answer!.Content.ReadFromJsonAsync<KeyChangeNoted>(Wire.Json, cancel).ConfigureAwait(false);
                return (null, noted?.Entry);
            case 401:
                return (Problem.ApiKeyInvalid, null);
            case 403:
                return (Problem.NotAllowed, null);
            default:
                return (null, null);
        }
    }

    /// <summary>Says what came of it.</summary>
    public async Task EndAsync(long entry, object after, CancellationToken cancel)
    {
        using var answer = await AskAsync(HttpMethod.Put, $"internal/keys/changes/{entry}", after, cancel).ConfigureAwait(false);
        if (answer is null || !answer.IsSuccessStatusCode) LogNotTold(entry);
    }

    private async Task<HttpResponseMessage?> AskAsync(HttpMethod method, string path, object body, CancellationToken cancel)
    {
        foreach (var checkout in options.Value.Checkouts)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(s_patience);
            try
            {
                using var request = new HttpRequestMessage(method, new Uri(checkout, path));
                request.Headers.Authorization = ServiceKey.Header(key.Value.Key);
                request.Content = JsonContent.Create(body, body.GetType(), options: Wire.Json);
                var answer = await http.SendAsync(request, patience.Token).ConfigureAwait(false);
                if ((int)answer.StatusCode is 200 or 204 or 401 or 403) return answer;
                answer.Dispose();
            }
            catch (Exception error) when (error is HttpRequestException or JsonException or IOException
                or OperationCanceledException && !cancel.IsCancellationRequested)
            {
                // The next one may know.
            }
        }

        return null;
    }

    [LoggerMessage(3304, LogLevel.Warning, "The journal's row {Entry} does not tell what came of it: no checkout answers",
        EventName = "KeyChangeNotTold")]
    private partial void LogNotTold(long entry);
}
