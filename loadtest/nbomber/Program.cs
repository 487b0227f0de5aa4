using FlashSale.LoadTest.Hosting;
using FlashSale.LoadTest.NBomber;

using NBomber.Contracts.Stats;
using NBomber.CSharp;

// dotnet run -- --config config/stampede.json [--target stampede]
// Which scenarios run, at which load and with which settings, is the configuration's business.
using var scenarios = new JourneyScenarios();
var stats = NBomberRunner
    .RegisterScenarios(HostedScenario.Names.Select(scenarios.Create).ToArray())
    .WithTestSuite("FlashSale")
    .WithReportFolder("reports")
    .WithReportFormats(ReportFormat.Html, ReportFormat.Csv, ReportFormat.Md)
    .Run(args);

var missed = scenarios.Missed(stats);
foreach (var threshold in missed) Console.Error.WriteLine($"MISSED: {threshold}");
return missed.Count == 0 ? 0 : 1;
