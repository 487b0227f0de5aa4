using FlashSale.LoadTest.Hosting;

using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace FlashSale.LoadTest.NBomber;

/// <summary>
/// The shared journeys as NBomber scenarios: each step of a journey is a step of the same name, and nothing about shoppers
/// is decided here.
/// </summary>
internal sealed class NBomberHost(HostedRun run)
{
    private int _stops;

    public HostedStatistics Run(HostedArguments arguments)
    {
        var context = NBomberRunner
            .RegisterScenarios([.. run.Scenarios.Select(Create)])
            .WithTestSuite("FlashSale")
            .WithReportFolder(HostedProgram.Reports)
            .WithReportFormats(ReportFormat.Html, ReportFormat.Csv, ReportFormat.Md)
            .WithWorkerPlugins(new VerdictPlugin(run))
            .WithReportingSinks(new LineProtocolSink())
            .LoadConfig(arguments.Config);
        // NBomber would look for a relative path beside the program.
        if (arguments.Infra is { } infra) context = context.LoadInfraConfig(File.Exists(infra) ? Path.GetFullPath(infra) : infra);
        return Statistics(context.WithTargetScenarios([.. arguments.Targets]).Run());
    }

    internal static HostedStatistics Statistics(NodeStats stats) => new(stats.ScenarioStats.ToDictionary(
        scenario => scenario.ScenarioName,
        IReadOnlyList<StepNumbers> (scenario) => [.. scenario.StepStats.Select(step => new StepNumbers(
            step.StepName, step.Ok.Request.Count, step.Fail.Request.Count, step.Ok.Latency.Percent99))]));

    // What WithClean throws is only logged; closing does not throw, and is asked for again after the run.
    private ScenarioProps Create(HostedScenario hosted) => Scenario.Create(hosted.Name, context => WalkAsync(hosted, context))
        .WithoutWarmUp()
        .WithRestartIterationOnFail(false)
        .WithClean(_ => hosted.CloseAsync(run.Interrupted.IsCancellationRequested));

    private async Task<IResponse> WalkAsync(HostedScenario hosted, IScenarioContext context)
    {
        StopWith(context);
        if (hosted.NextShopper() is not { } shopper) return Response.Fail(statusCode: HostedShopper.CutOff, message: "not begun");
        return Of(await shopper.WalkAsync(
            (name, step) => Step.Run(name, context, async () => Of(await step()))));
    }

    /// <summary>NBomber can be stopped from within an iteration only; any one's context stops all.</summary>
    private void StopWith(IScenarioContext context)
    {
        if (Interlocked.Exchange(ref _stops, 1) == 0)
            run.Interrupted.Register(() => context.StopCurrentTest("the run was interrupted"));
    }

    private static Response<object> Of(HostedStep made) => made.Ok
        ? Response.Ok(statusCode: made.Status, sizeBytes: made.Bytes)
        : Response.Fail(statusCode: made.Status, message: made.Message, sizeBytes: made.Bytes);
}
