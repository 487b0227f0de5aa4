using FlashSale.LoadTest.Hosting;

using Microsoft.Extensions.Configuration;

using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace FlashSale.LoadTest.NBomber;

/// <summary>
/// The shared journeys as NBomber scenarios: each request of a journey is a step of the same name, and
/// nothing about
/// shoppers is decided here.
/// </summary>
internal sealed class JourneyScenarios : IDisposable
{
    /// <summary>NBomber ends a scenario early after this many failures; its rates are wrong then.</summary>
    private const int MostFailures = 1_000_000;

    private readonly Dictionary<string, HostedScenario> _hosted = [];

    public ScenarioProps Create(string name) => Scenario.Create(name, context => WalkAsync(_hosted[name], context))
        .WithoutWarmUp()
        .WithMaxFailCount(MostFailures)
        .WithRestartIterationOnFail(false)
        .WithInit(async context =>
        {
            var settings = new HostedSettings();
            context.CustomSettings.Bind(settings);
            _hosted[name] = await HostedScenario.OpenAsync(name, settings, CancellationToken.None);
        })
        .WithClean(async _ => await _hosted[name].CloseAsync(CancellationToken.None))
        .WithLoadSimulations(
            Simulation.Inject(rate: 20, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromSeconds(60)));

    /// <summary>Every threshold of a scenario that ran and was missed, and what the audits found.</summary>
    public IReadOnlyList<string> Missed(NodeStats stats) => [.. stats.ScenarioStats
        .SelectMany(scenario => _hosted[scenario.ScenarioName].Missed(
            scenario.StepStats.Select(step => new StepNumbers(
                step.StepName, step.Ok.Request.Count, step.Fail.Request.Count, step.Ok.Latency.Percent99))))];

    public void Dispose()
    {
        foreach (var hosted in _hosted.Values) hosted.Dispose();
    }

    private static async Task<IResponse> WalkAsync(HostedScenario hosted, IScenarioContext context)
    {
        var shopper = hosted.NextShopper();
        while (shopper.Ending is null)
        {
            await Step.Run(shopper.Next, context, async () =>
            {
                var made = await shopper.StepAsync(hosted.Stopped);
                return made.Ok
                    ? Response.Ok(statusCode: made.Status)
                    : Response.Fail(statusCode: made.Status, message: made.Message);
            });
            await Task.Delay(shopper.Pause, hosted.Stopped);
        }
        return shopper.HasFailed
            ? Response.Fail(statusCode: "failed", message: "an answer that should not be")
            : Response.Ok(statusCode: $"{shopper.Ending}");
    }
}
