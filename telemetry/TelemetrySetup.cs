using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Diagnostics.Metrics;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FlashSale.Telemetry;

/// <summary>Metrics, traces and logs of a service, exported only where the configuration says so.</summary>
public static class TelemetrySetup
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Ours, by the room that measures, and what the platform and the drivers measure themselves.
    /// </summary>
    private static readonly string[] s_meters =
    [
        "FlashSale.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.RateLimiting", "System.Net.Http", "System.Runtime", "MySqlConnector",
    ];

    /// <summary>
    /// The platform's lines about each request would cost more than a poll, and they show query strings, in
    /// which tokens may travel. The lowest layer of the configuration: <c>Logging:LogLevel</c> says
    /// otherwise.
    /// </summary>
    private static readonly Dictionary<string, string?> s_quiet = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        // Where this category may log at all, the platform makes an Activity for every request, traced or not.
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "None",
        // A line for each connection above the limit would be a second flood.
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.Connections"] = "Error",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Yarp"] = "Warning",
    };

    private static readonly string[] s_sources = ["FlashSale.*", "Yarp.ReverseProxy", "MySqlConnector"];

    /// <param name="service">The service's name in every signal (<c>service.name</c>).</param>
    /// <param name="facesShoppers">True at the edge: nobody outside decides what is traced.</param>
    /// <exception cref="ValidationException">A key of the section is wrong; the message names it.</exception>
    public static void AddTelemetry(
        this WebApplicationBuilder builder, string service, bool facesShoppers = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = s_quiet });
        builder.Services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        var options = builder.Configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>()
            ?? new();
        if (facesShoppers) builder.Services.AddSingleton<DistributedContextPropagator, Deaf>();
        if (options.Logs == LogFormat.Json)
            builder.Logging.AddJsonConsole(console => console.IncludeScopes = true);

        var exportsOtlp = !string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]);
        var isScraped = !string.IsNullOrEmpty(options.PrometheusUrl);
        if (!exportsOtlp && !isScraped) return;

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(service, serviceNamespace: "flashsale"))
            .WithMetrics(metrics => Measure(metrics, isScraped));
        if (isScraped) builder.Services.AddScrapeListener();
        if (!exportsOtlp) return;

        // With any other the instrumentation reads the headers itself, past the platform's propagator.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());
        builder.Logging.AddOpenTelemetry(log => log.IncludeScopes = true);
        telemetry.WithTracing(traces => Trace(traces, options)).UseOtlpExporter();
    }

    private static void Measure(MeterProviderBuilder metrics, bool isScraped)
    {
        metrics.AddMeter(s_meters);
        // Several services may share a process (tests): a gauge belongs to the one whose factory made its
        // meter.
        if (metrics is IDeferredMeterProviderBuilder deferred)
            deferred.Configure((services, own) => own.AddView(instrument =>
                instrument.Meter.Scope is IMeterFactory factory
                    && factory != services.GetRequiredService<IMeterFactory>()
                    ? MetricStreamConfiguration.Drop
                    : null));
        if (isScraped) metrics.AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false);
    }

    private static void Trace(TracerProviderBuilder traces, TelemetryOptions options)
    {
        traces.AddSource(s_sources).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation();
        traces.SetSampler(new ParentBasedSampler(new Draw(options.TraceRatio)));
    }

    /// <summary>Hears no trace from outside; to the services behind it speaks as the platform does.</summary>
    private sealed class Deaf : DistributedContextPropagator
    {
        public override IReadOnlyCollection<string> Fields => Current.Fields;

        public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
            Current.Inject(activity, carrier, setter);

        public override void ExtractTraceIdAndState(
            object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
            (traceId, traceState) = (null, null);

        public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(
            object? carrier, PropagatorGetterCallback? getter) => null;
    }

    /// <summary>A draw of its own for each trace.</summary>
    private sealed class Draw(double ratio) : Sampler
    {
        public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
        {
#pragma warning disable CA5394 // Which requests are recorded is no secret.
            return new SamplingResult(Random.Shared.NextDouble() < ratio);
#pragma warning restore CA5394
        }
    }
}
