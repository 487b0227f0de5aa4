using System.ComponentModel.DataAnnotations;

namespace FlashSale.Telemetry;

/// <summary>
/// What a service tells about itself; section <c>Telemetry</c>. Everything is off unless configured: without
/// <see cref="PrometheusUrl"/> and <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> nothing is measured, and a measurement
/// in the code is one test of a pointer.
/// </summary>
public sealed class TelemetryOptions : IValidatableObject
{
    public const string Section = "Telemetry";

    /// <summary>The path that Prometheus scrapes.</summary>
    public const string ScrapePath = "/metrics";

    /// <summary>
    /// A listener of its own for Prometheus, <c>http://address:port</c>; it answers <c>/metrics</c> and
    /// nothing else. Give it a port that only the scraper reaches. Null: no listener.
    /// </summary>
    public string? PrometheusUrl { get; set; }

    /// <summary>
    /// The part of requests whose trace is exported, 0–1. It is drawn at the edge: what a shopper sends as
    /// <c>traceparent</c> neither forces nor continues a trace. The services behind follow the edge.
    /// </summary>
    [Range(0.0, 1.0)]
    public double TraceRatio { get; set; } = 0.01;

    /// <summary>How logs are written to the console.</summary>
    public LogFormat Logs { get; set; } = LogFormat.Text;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PrometheusUrl is { Length: > 0 } url
            && (!Uri.TryCreate(url.Replace("*", "any", StringComparison.Ordinal),
                UriKind.Absolute, out var uri) || uri.Scheme != "http" || uri.PathAndQuery != "/"))
            yield return new ValidationResult(
                $"{Section}:{nameof(PrometheusUrl)} must be http://address:port without a path");
    }
}
