using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using OpenTelemetry.Metrics;

namespace FlashSale.Telemetry;

/// <summary>
/// Answers Prometheus on a listener of its own, so that no route, proxy, rate limit or certificate of the
/// service can ever show its metrics to a shopper.
/// </summary>
public sealed class ScrapeListener(MeterProvider meters, IOptions<TelemetryOptions> options)
    : IHostedService, IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>Where it listens, once started; the port is the real one when 0 was asked for.</summary>
    public Uri? Url => _app?.Urls.FirstOrDefault() is { } url ? new Uri(url) : null;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls(options.Value.PrometheusUrl!)
            .ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        _app = builder.Build();
        _app.UseOpenTelemetryPrometheusScrapingEndpoint(
            meters, predicate: null, TelemetryOptions.ScrapePath, configureBranchedPipeline: null,
            optionsName: null);
        try
        {
            await _app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            throw new InvalidOperationException(
                $"{TelemetryOptions.Section}:{nameof(TelemetryOptions.PrometheusUrl)}: {error.Message}",
                error);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;
}
