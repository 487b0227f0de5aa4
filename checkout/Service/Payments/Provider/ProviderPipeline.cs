using System.Net;
using System.Threading.RateLimiting;

using FlashSale.Checkout.Ledger;

using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;

using Polly;
using Polly.Timeout;

using Stripe;

namespace FlashSale.Checkout.Payments.Provider;

/// <summary>
/// What stands between Stripe's client and the network, from the outside in: the time limit of the call, a bulkhead, a
/// few repeats with jitter (each with the same idempotency key), the circuit, the time limit of a try, and a handler
/// that reads the answer to its end, so that a body that hangs or is cut counts as a failed try.
/// </summary>
public static partial class ProviderPipeline
{
    /// <summary>The name of the HTTP client below the pipeline.</summary>
    public const string Client = "payment-provider";

    /// <summary>Calls that wait for the bulkhead; more are turned away (the attempt is resumed later).</summary>
    private const int MaxWaitingCalls = 512;

    /// <summary>Repeats of a call besides the first try: 0.1 s, 0.2 s apart, with jitter.</summary>
    private const int MaxRepeats = 2;

    /// <summary>The circuit opens when this share of at least <see cref="MinThroughput"/> tries in 10 s failed.</summary>
    private const double FailureRatio = 0.8;
    private const int MinThroughput = 20;

    /// <summary>An answer is this large at the most, in bytes.</summary>
    private const int MaxAnswer = 4 * 1024 * 1024;

    public static void AddProvider(this IServiceCollection services)
    {
        services.AddSingleton<ProviderHealth>();
        services.AddHttpClient(Client, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromSeconds(2),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                AllowAutoRedirect = false,
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddHttpMessageHandler(provider => new WholeAnswer(provider.GetRequiredService<ProviderHealth>()))
            .Services.AddSingleton(BuildClient);
        services.AddSingleton<StripeProvider>();
        services.AddBackground<ProviderProbe>();
    }

    // Built once: the pipeline's handler is the outermost and lives as long as the client.
    private static StripeClient BuildClient(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<PaymentOptions>>().Value;
        var inner = services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(Client);
        var pipeline = Pipeline(options, services.GetRequiredService<ProviderHealth>(),
            services.GetRequiredService<ILogger<ProviderHealth>>());
        var http = new HttpClient(new ResilienceHandler(pipeline) { InnerHandler = inner })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        return new StripeClient(
            options.StripeApiKey,
            httpClient: new SystemNetHttpClient(http, maxNetworkRetries: 0, enableTelemetry: false),
            apiBase: options.StripeApiBase.TrimEnd('/'));
    }

    private static ResiliencePipeline<HttpResponseMessage> Pipeline(
        PaymentOptions options, ProviderHealth health, ILogger logger) =>
        new ResiliencePipelineBuilder<HttpResponseMessage>()
            // Outermost: waiting for the bulkhead counts, so that a step ends within its attempt's lease.
            .AddTimeout(TimeSpan.FromMilliseconds(options.CallMs))
            .AddConcurrencyLimiter(new ConcurrencyLimiterOptions
            {
                PermitLimit = options.MaxCalls,
                QueueLimit = MaxWaitingCalls,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            })
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = MaxRepeats,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(Math.Min(100, options.BackoffMs)),
                UseJitter = true,
                ShouldHandle = outcome => ValueTask.FromResult(IsWorthRepeating(outcome.Outcome)),
            })
            .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
            {
                FailureRatio = FailureRatio,
                MinimumThroughput = MinThroughput,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromMilliseconds(options.BreakMs),
                ShouldHandle = outcome => ValueTask.FromResult(IsFailure(outcome.Outcome)),
                OnOpened = _ =>
                {
                    health.CircuitOpened();
                    LogDown(logger);
                    return default;
                },
                OnClosed = _ =>
                {
                    health.CircuitClosed();
                    LogUp(logger);
                    return default;
                },
            })
            .AddTimeout(TimeSpan.FromMilliseconds(options.TryMs))
            .Build();

    private static bool IsFailure(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException or IOException
        || outcome.Result is { StatusCode: >= HttpStatusCode.InternalServerError };

    // Not a 500: Stripe keeps it under the key. 409: the first try still runs. 429: not even begun.
    private static bool IsWorthRepeating(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException or IOException
        || outcome.Result is
        {
            StatusCode: HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout,
        };

    private sealed class WholeAnswer(ProviderHealth health) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                await response.Content.LoadIntoBufferAsync(MaxAnswer, cancellationToken).ConfigureAwait(false);
                if (response.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.Unauthorized
                    or HttpStatusCode.Forbidden) health.Failed();
                else health.Answered();
                return response;
            }
            catch
            {
                health.Failed();
                throw;
            }
        }
    }

    [LoggerMessage(5001, LogLevel.Error,
        "The payment provider does not answer: payments wait",
        EventName = "ProviderDown")]
    private static partial void LogDown(ILogger logger);

    [LoggerMessage(5002, LogLevel.Warning, "The payment provider answers again", EventName = "ProviderUp")]
    private static partial void LogUp(ILogger logger);
}
