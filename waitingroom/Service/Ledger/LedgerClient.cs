using System.Text.Json;

using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.WaitingRoom.Ledger;

/// <summary>Pulls the state of units from the checkouts: the one that answered last, else the next.</summary>
public sealed partial class LedgerClient(
    HttpClient http, IOptions<WaitingRoomOptions> options, IOptions<ServiceKeyOptions> key, TimeProvider clock,
    ILogger<LedgerClient> log) : ILedger
{
    /// <summary>One checkout's time to answer an incremental pull; a full one may list a million units.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_fullPatience = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<Uri> _checkouts = options.Value.Checkouts;
    private int _next;
    private bool _failing;

    /// <inheritdoc />
    public async Task<LedgerSnapshot?> PullAsync(DateTimeOffset? since, bool sums, string? revision, CancellationToken cancel)
    {
        var held = sums ? HeldUnits.Sums : HeldUnits.Changed;
        var path = $"internal/ledger?revision={Uri.EscapeDataString(revision ?? "")}"
            + (since is { } from ? $"&since={Uri.EscapeDataString(Wire.Format(from))}&held={held}" : "");
        for (var attempt = 0; attempt < _checkouts.Count; attempt++)
        {
            var checkout = _checkouts[_next % _checkouts.Count];
            var snapshot = await PullAsync(new Uri(checkout, path), since is null, cancel).ConfigureAwait(false);
            if (snapshot is not null) return snapshot;
            _next++;
        }

        return null;
    }

    private async Task<LedgerSnapshot?> PullAsync(Uri uri, bool full, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(full ? s_fullPatience : s_patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.Authorization = ServiceKey.Header(key.Value.Key);
            using var response = await http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            var snapshot = await response.Content.ReadFromJsonAsync<LedgerSnapshot>(
                Wire.Json, both.Token).ConfigureAwait(false);
            if (_failing && snapshot is not null) LogAnswers(uri.Authority);
            _failing = snapshot is null;
            return snapshot;
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or IOException
            or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            if (!_failing) LogFails(uri.Authority, error.Message);
            _failing = true;
            return null;
        }
    }

    [LoggerMessage(3001, LogLevel.Warning,
        "The checkout {Checkout} does not tell the state of units: {Reason}",
        EventName = "LedgerSilent")]
    private partial void LogFails(string checkout, string reason);

    [LoggerMessage(3002, LogLevel.Information,
        "The checkout {Checkout} tells the state of units again",
        EventName = "LedgerHeard")]
    private partial void LogAnswers(string checkout);
}
