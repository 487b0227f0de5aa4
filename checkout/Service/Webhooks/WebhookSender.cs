using System.Globalization;
using System.Text;

using FlashSale.Checkout.Ledger;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Webhooks;

/// <summary>
/// Sends what is due, each try claimed by one guarded statement before and settled by another after: no lock is held while
/// a receiver thinks, and a try whose checkout died is made again. A slow storefront delays only its own events, and none
/// of them delays its calls to shoppers, which are dropped when they would come too late.
/// </summary>
public sealed partial class WebhookSender : BackgroundService
{
    /// <summary>Storefronts that are sent to at the same time; each one event, and one call, after the other.</summary>
    public const int MaxStorefronts = 32;

    private const int Batch = 16;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_forgetEvery = TimeSpan.FromMinutes(1);

    private readonly LedgerDatabase _ledger;
    private readonly Migrator _migrator;
    private readonly TimeProvider _clock;
    private readonly WebhookOptions _options;
    private readonly IReadOnlyList<int> _retries;
    private readonly HttpClient _http;
    private readonly ILogger<WebhookSender> _log;
    private readonly Dictionary<Lane, Task> _sending = [];

    public WebhookSender(
        LedgerDatabase ledger, Migrator migrator, WebhookTargets targets, TimeProvider clock,
        IOptions<WebhookOptions> options, ILogger<WebhookSender> log)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(options);
        (_ledger, _migrator, _clock, _options, _log) = (ledger, migrator, clock, options.Value, log);
        _retries = _options.Retries;
        _http = new HttpClient(targets.Handler())
        {
            Timeout = TimeSpan.FromSeconds(_options.TimeoutSeconds),
            MaxResponseContentBufferSize = 64 * 1024,
        };
    }

    // A try is another's to make when this is over: longer than the request may take.
    private int LeaseSeconds => _options.TimeoutSeconds + 20;

    /// <inheritdoc />
    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _migrator.Migrated.WaitAsync(stoppingToken).ConfigureAwait(false);
        var forgot = _clock.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await StartSendingAsync(stoppingToken).ConfigureAwait(false);
                if (_clock.GetElapsedTime(forgot) > s_forgetEvery)
                {
                    await _ledger.ExecuteAsync(WebhookSql.Forget, null, stoppingToken).ConfigureAwait(false);
                    forgot = _clock.GetTimestamp();
                }
            }
            catch (Exception error) when (LedgerErrors.IsOfLedger(error))
            {
                LogFailed(error.Message);
            }

            await Task.WhenAny(Task.Delay(s_pause, stoppingToken)).ConfigureAwait(false);
        }

        await Task.WhenAll(_sending.Values).ConfigureAwait(false);
    }

    private async Task StartSendingAsync(CancellationToken cancel)
    {
        var due = await _ledger.ListAsync<Lane>(WebhookSql.DueLanes, null, cancel).ConfigureAwait(false);
        foreach (var (lane, task) in _sending.ToArray())
            if (task.IsCompleted) _sending.Remove(lane);
        foreach (var lane in due)
            if (_sending.Keys.Count(other => other.Name == lane.Name) < MaxStorefronts && !_sending.ContainsKey(lane))
                _sending.Add(lane, SendAllAsync(lane, cancel));
    }

    private async Task SendAllAsync(Lane lane, CancellationToken cancel)
    {
        var storefront = lane.Storefront;
        try
        {
            var due = await _ledger.ListAsync<Due>(WebhookSql.Due, new { storefront, lane = lane.Name, limit = Batch }, cancel)
                .ConfigureAwait(false);
            var readAt = _clock.GetTimestamp();
            foreach (var one in due)
            {
                if (LeftOf(one, readAt) <= TimeSpan.Zero)
                {
                    await DropAsync(storefront, one.Id, one.Attempts, cancel).ConfigureAwait(false);
                    continue;
                }

                var claim = new { storefront, id = one.Id, attempts = one.Attempts, lease = LeaseSeconds };
                if (await _ledger.ExecuteAsync(WebhookSql.Claim, claim, cancel).ConfigureAwait(false) == 1)
                    await SendAsync(storefront, one, readAt, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Its lease runs out; another checkout, or this one when it is back, sends it again.
        }
        catch (Exception error) when (LedgerErrors.IsOfLedger(error))
        {
            LogFailed(error.Message);
        }
    }

    /// <summary>How long a call is of use, by the ledger's clock; null of what is told however late.</summary>
    private TimeSpan? LeftOf(Due due, long readAt) =>
        WebhookEvent.EndOf(due.Type, due.Body, due.CreatedAt) - due.ReadAt - _clock.GetElapsedTime(readAt);

    private async Task DropAsync(string storefront, string id, int attempts, CancellationToken cancel)
    {
        if (await _ledger.ExecuteAsync(WebhookSql.Drop, new { storefront, id, attempts }, cancel).ConfigureAwait(false) == 1)
            WebhookMetrics.Sent("dropped");
    }

    private async Task SendAsync(string storefront, Due due, long readAt, CancellationToken cancel)
    {
        var (status, error) = await PostAsync(due, cancel).ConfigureAwait(false);
        if (status is >= 200 and < 300)
        {
            await _ledger.ExecuteAsync(WebhookSql.Delivered, new { storefront, id = due.Id, status }, cancel)
                .ConfigureAwait(false);
            WebhookMetrics.Sent("delivered");
            return;
        }

        // 410: the receiver says that it wants no more of it.
        int? wait = due.Attempts < _retries.Count && status != 410 ? Jittered(_retries[due.Attempts]) : null;
        if (LeftOf(due, readAt) is { } left && (wait is null || left <= TimeSpan.FromSeconds(wait.Value)))
        {
            await DropAsync(storefront, due.Id, due.Attempts + 1, cancel).ConfigureAwait(false);
            return;
        }

        await _ledger.ExecuteAsync(WebhookSql.Failed, new
        {
            storefront,
            id = due.Id,
            attempts = due.Attempts + 1,
            wait,
            status,
            error,
        }, cancel).ConfigureAwait(false);
        WebhookMetrics.Sent(wait is null ? "dead" : "retried");
        if (wait is null) LogDead(storefront, due.Id, status, error);
    }

    private async Task<(int? Status, string? Error)> PostAsync(Due due, CancellationToken cancel)
    {
        try
        {
            var timestamp = _clock.GetUtcNow().ToUnixTimeSeconds();
            using var request = new HttpRequestMessage(HttpMethod.Post, due.Url)
            {
                Content = new StringContent(due.Body, Encoding.UTF8, "application/json"),
            };
            request.Headers.Add(WebhookSignature.IdHeader, due.Id);
            request.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add(
                WebhookSignature.SignatureHeader, WebhookSignature.Sign(due.Secret, due.Id, timestamp, due.Body));
            request.Headers.UserAgent.ParseAdd("FlashSale-Webhooks/1");
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel)
                .ConfigureAwait(false);
            return ((int)answer.StatusCode, null);
        }
        catch (HttpRequestException error)
        {
            return (null, Short(error.Message));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, $"no answer within {_options.TimeoutSeconds} s");
        }
    }

    // Up to a fifth later, so that events that failed together do not come back together.
    private static int Jittered(int seconds) => seconds + Random.Shared.Next(0, (seconds / 5) + 1);

    private static string Short(string text) => text.Length <= 200 ? text : text[..200];

    [LoggerMessage(4202, LogLevel.Warning, "Webhooks could not be sent: {Reason}", EventName = "WebhooksNotSent")]
    private partial void LogFailed(string reason);

    [LoggerMessage(4203, LogLevel.Warning,
        "Event {Event} for {Storefront} is a dead letter: {Status} {Reason}",
        EventName = "WebhookDead")]
    private partial void LogDead(string storefront, string @event, int? status, string? reason);

    /// <summary>Of a storefront, what is sent one after the other.</summary>
    private sealed record Lane(string Storefront, string Name);

    private sealed record Due(
        string Id, string Type, string Body, int Attempts, string Url, byte[] Secret, DateTime CreatedAt, DateTime ReadAt);
}
