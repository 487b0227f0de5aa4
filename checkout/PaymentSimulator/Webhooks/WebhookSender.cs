using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Intents;
using FlashSale.PaymentSimulator.Page;

using Microsoft.Extensions.Options;

namespace FlashSale.PaymentSimulator.Webhooks;

/// <summary>Sends the events, signed, again after a failure, and as wrongly as the faults of their call say.</summary>
public sealed partial class WebhookSender(
    IOptions<SimulatorOptions> options, IHttpClientFactory clients, TimeProvider time, RecentCalls recent,
    ILogger<WebhookSender> logger) : BackgroundService
{
    public const string Client = "webhooks";

    /// <summary>Events that wait; more are dropped, as a webhook may always be.</summary>
    private const int MaxWaiting = 50_000;

    /// <summary>Deliveries at the same time.</summary>
    private const int Workers = 8;

    /// <summary>How often an event is sent when it is not answered with a 2xx; 0.5 s, 1 s, 2 s … apart.</summary>
    private const int MaxTries = 6;

    private readonly Channel<Delivery> _waiting = Channel.CreateBounded<Delivery>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Where events go; changed while running by tests that learn the address late.</summary>
    public string? Url { get; set; } = options.Value.WebhookUrl;

    /// <summary>Raises the event of an answer. With <c>webhookFirst</c> it has been delivered on return.</summary>
    public async Task RaiseAsync(StripeAnswer answer, FaultDraw faults, CancellationToken cancel)
    {
        if (answer.EventType is not { } type || string.IsNullOrEmpty(Url) || faults.Has(Fault.WebhookNever)) return;
        var truth = Event(type, answer.EventObject!);
        if (faults.Has(Fault.WebhookForged)) Enqueue(new(Event("payment_intent.succeeded", answer.EventObject!), "forged"));
        if (faults.Has(Fault.WebhookWrongAmount)) truth = Event(type, WithAnotherAmount(answer.EventObject!));
        if (faults.Has(Fault.WebhookDuplicated)) Enqueue(new(truth, "duplicate"));
        var delay = TimeSpan.Zero;
        if (faults.Has(Fault.WebhookReordered))
            delay = TimeSpan.FromMilliseconds(faults.Number("reordered") % (ulong)options.Value.WebhookReorderMs);
        if (faults.Has(Fault.WebhookDelayed)) delay = TimeSpan.FromMilliseconds(options.Value.WebhookDelayMs);
        var delivery = new Delivery(truth, "", delay);
        if (faults.Has(Fault.WebhookFirst)) await TryAsync(delivery, cancel).ConfigureAwait(false);
        else Enqueue(delivery);
        if (answer.Then is { } next) await RaiseAsync(next, faults, cancel).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(stoppingToken))).ConfigureAwait(false);
    }

    private void Enqueue(Delivery delivery) => _waiting.Writer.TryWrite(delivery);

    private async Task WorkAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var delivery in _waiting.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
            {
                // A late one must not keep this worker from those that are due.
                if (delivery.Delay > TimeSpan.Zero) _ = RequeueAsync(delivery, cancel);
                else if (!await TryAsync(delivery, cancel).ConfigureAwait(false) && delivery.Tries + 1 < MaxTries)
                    Enqueue(delivery with
                    {
                        Tries = delivery.Tries + 1,
                        Delay = TimeSpan.FromMilliseconds(500 << delivery.Tries),
                    });
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task RequeueAsync(Delivery delivery, CancellationToken cancel)
    {
        await Task.Delay(delivery.Delay, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Enqueue(delivery with { Delay = TimeSpan.Zero });
    }

    private async Task<bool> TryAsync(Delivery delivery, CancellationToken cancel)
    {
        var secret = delivery.Kind == "forged" ? "whsec_of_someone_else" : options.Value.WebhookSecret;
        using var request = new HttpRequestMessage(HttpMethod.Post, Url);
        request.Content = new StringContent(delivery.Body, Encoding.UTF8, "application/json");
        request.Headers.Add(
            "Stripe-Signature", StripeSignature.Sign(delivery.Body, secret, time.GetUtcNow().ToUnixTimeSeconds()));
        try
        {
            using var response = await clients.CreateClient(Client).SendAsync(request, cancel).ConfigureAwait(false);
            recent.Add("webhook", delivery.Kind, (int)response.StatusCode, delivery.Body);
            return response.IsSuccessStatusCode || delivery.Kind == "forged";
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            LogNotDelivered(logger, problem.Message);
            return false;
        }
    }

    private string Event(string type, JsonObject about) => new JsonObject
    {
        ["id"] = "evt_3" + RandomNumberGenerator.GetHexString(23),
        ["object"] = "event",
        ["api_version"] = "2026-01-28.clover",
        ["created"] = time.GetUtcNow().ToUnixTimeSeconds(),
        ["data"] = new JsonObject { ["object"] = about.DeepClone() },
        ["livemode"] = false,
        ["pending_webhooks"] = 1,
        ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = null },
        ["type"] = type,
    }.ToJsonString();

    private static JsonObject WithAnotherAmount(JsonObject about)
    {
        var lie = about.DeepClone().AsObject();
        foreach (var key in (string[])["amount", "amount_capturable", "amount_received"])
            if (lie[key] is { } amount) lie[key] = amount.GetValue<long>() * 10 + 1;
        return lie;
    }

    private sealed record Delivery(string Body, string Kind, TimeSpan Delay = default, int Tries = 0);

    [LoggerMessage(6001, LogLevel.Debug,
        "A webhook could not be delivered: {Reason}",
        EventName = "SimulatorWebhookFailed")]
    private static partial void LogNotDelivered(ILogger logger, string reason);
}
