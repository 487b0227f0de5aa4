using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

using FlashSale.Local;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Xunit;

namespace FlashSale.Tests.Operate;

/// <summary>What is told, where, and what is not.</summary>
public sealed class TelemetryTests
{
    private static readonly string[] s_signals = ["/v1/metrics", "/v1/traces", "/v1/logs"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_payment_is_one_trace_from_the_edge_to_the_ledger_and_the_provider()
    {
        var spans = new ConcurrentBag<(string Source, ActivityTraceId Trace, bool AsksProvider)>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => spans.Add((
                span.Source.Name, span.TraceId,
                span.GetTagItem("url.full") is string url && url.Contains("/v1/payment_intents", StringComparison.Ordinal))),
        };
        ActivitySource.AddActivityListener(listener);
        await using var system = await TestSystem.StartAsync();
        var sale = await system.SaleAsync();
        var shopper = system.Shopper(sale);
        await shopper.JoinsAsync();
        await shopper.HasAUnitInTheCartAsync();

        using var checkout = new Activity("a test pays").Start();
        Assert.Equal(201, (await shopper.PayAsync("pm_card_visa", null, Cancel)).Status);
        string[] parts = ["Yarp.ReverseProxy", "MySqlConnector", "System.Net.Http", "Microsoft.AspNetCore"];
        await WaitFor.TrueAsync(() => Task.FromResult(spans.GroupBy(span => span.Trace).Any(
            trace => parts.All(part => trace.Any(span => span.Source == part)) && trace.Any(span => span.AsksProvider))),
            $"spans of {string.Join(", ", parts)}");
        // The shopper's own trace was sent along, and is not continued.
        Assert.DoesNotContain(spans, span => span.Trace == checkout.TraceId && span.Source == "Microsoft.AspNetCore");
    }

    [Fact]
    public async Task Metrics_traces_and_logs_go_to_a_collector()
    {
        var paths = new ConcurrentDictionary<string, int>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var collector = builder.Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.MapPost("/{**path}", (HttpContext context) => paths[context.Request.Path] = 1);
        await collector.StartAsync(Cancel);

        await using var edge = Edge(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
            ["Telemetry:TraceRatio"] = "1",
        });
        await edge.StartAsync(Cancel);
        using var http = new HttpClient();
        await WaitFor.TrueAsync(async () =>
        {
            await http.GetAsync($"{edge.Urls.Single()}/health/live", Cancel);
            return s_signals.All(paths.ContainsKey);
        }, "all three signals arrive");
    }

    [Fact]
    public async Task Metrics_are_shown_on_their_own_listener_only_and_it_shows_nothing_else()
    {
        await using var system = await TestSystem.StartAsync(scraped: true);
        using var http = new HttpClient();
        Assert.Equal(3, system.ScrapeUrls.Count());
        Assert.Equal(HttpStatusCode.NotFound, (await system.Edge.GetAsync("/metrics", Cancel)).StatusCode);
        foreach (var url in system.ScrapeUrls)
        {
            Assert.Equal(HttpStatusCode.OK,
                (await http.GetAsync(new Uri(url, "/metrics"), Cancel)).StatusCode);
            foreach (var path in (string[])["/", "/health/live", "/admin/sales", "/internal/ledger"])
                Assert.Equal(HttpStatusCode.NotFound,
                    (await http.GetAsync(new Uri(url, path), Cancel)).StatusCode);
        }
    }

    [Fact]
    public async Task Nothing_listens_unless_configured()
    {
        await using var system = await TestSystem.StartAsync();
        Assert.Empty(system.ScrapeUrls);
    }

    [Theory]
    [InlineData("Telemetry:PrometheusUrl", "9464")]
    [InlineData("Telemetry:PrometheusUrl", "http://127.0.0.1:0/metrics")]
    [InlineData("Telemetry:TraceRatio", "1.5")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string key, string value)
    {
        await using var edge = Edge(new() { [key] = value });
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => edge.StartAsync(Cancel));
        Assert.Contains(key.Split(':')[1], error.Message, StringComparison.Ordinal);
    }

    /// <summary>An edge alone: nothing that it needs is there.</summary>
    private static WebApplication Edge(Dictionary<string, string?> settings) =>
        FlashSale.Gateway.Program.Build(
        ["--urls", "http://127.0.0.1:0"], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(settings.Concat(new Dictionary<string, string?>
            {
                ["Service:Key"] = Secrets.New().ServiceKey,
                ["Line:Redis"] = "127.0.0.1:1",
                ["Line:TicketKeys"] = Secrets.New().TicketKeys,
                ["Gateway:WaitingRoomUrl"] = "http://127.0.0.1:1",
                ["Gateway:CheckoutUrl"] = "http://127.0.0.1:1",
            }));
        });
}
