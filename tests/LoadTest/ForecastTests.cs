using FlashSale.LoadTest.Plan;
using FlashSale.LoadTest.Reports;
using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>The planner against the run that is committed: what the documents say of it stays true.</summary>
public sealed class ForecastTests
{
    private const double MostError = 0.25;

    [Fact]
    public async Task The_forecast_of_the_recorded_stampede_is_within_a_quarter_of_what_was_measured()
    {
        var results = Path.Combine(Repository.Root, "loadtest/results");
        var run = RunReport.FromJson(await File.ReadAllTextAsync(
            Path.Combine(results, "stampede", RunReport.JsonFile), TestContext.Current.CancellationToken));
        var forecast = Forecast.Of(
            RunComparison.Options(run), MeasuredCosts.Read(
                Path.Combine(results, "bench.json"), Path.Combine(results, "purchase.json")), new PlanPrices());
        Assert.All(RunComparison.Compare(forecast, run), figure => Assert.InRange(figure.Error, -MostError, MostError));
    }
}
