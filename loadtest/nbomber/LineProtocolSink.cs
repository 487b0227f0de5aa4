using FlashSale.LoadTest.Hosting;

using Microsoft.Extensions.Configuration;

using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace FlashSale.LoadTest.NBomber;

/// <summary>
/// Live statistics as InfluxDB's line protocol: to the address that the infrastructure configuration names, to the console
/// when it says so, else nowhere.
/// </summary>
internal sealed class LineProtocolSink : IReportingSink
{
    private LineProtocolWriter? _writer;
    private TestInfo? _test;

    public string SinkName => "LineProtocolSink";

    public Task Init(IBaseContext context, IConfiguration infraConfig)
    {
        _test = context.TestInfo;
        var section = infraConfig.GetSection(SinkName);
        if (section["Url"] is { } url)
            _writer = new LineProtocolWriter(url == "console" ? null : url, section["Token"], Console.Out);
        return Task.CompletedTask;
    }

    public Task Start() => Task.CompletedTask;

    public Task SaveRealtimeStats(ScenarioStats[] stats) => SaveAsync(stats, "live");

    public Task SaveFinalStats(NodeStats stats) => SaveAsync(stats.ScenarioStats, "final");

    public Task Stop() => Task.CompletedTask;

    public void Dispose() => _writer?.Dispose();

    private Task SaveAsync(ScenarioStats[] stats, string kind) => _writer is null
        ? Task.CompletedTask
        : _writer.WriteAsync(stats.SelectMany(scenario => scenario.StepStats.Select(step => new LinePoint(
            $"{_test?.TestSuite}", scenario.ScenarioName, step.StepName, kind, step.Ok.Request.Count, step.Fail.Request.Count,
            step.Ok.Latency.Percent50, step.Ok.Latency.Percent99, step.Ok.DataTransfer.AllBytes + step.Fail.DataTransfer.AllBytes))));
}
