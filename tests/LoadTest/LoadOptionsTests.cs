using FlashSale.Command;
using FlashSale.Command.Load;
using FlashSale.LoadTest.Crowd;
using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.LoadTest;

public sealed class LoadOptionsTests
{
    [Fact]
    public void A_scenario_is_changed_by_its_options()
    {
        var options = Parse(["stampede", "--shoppers", "7", "--units", "3", "--seed", "9", "--report", "out"]);

        Assert.Equal(("stampede", 7, 3, 9), (
            options.Scenario.Name, options.Scenario.Shoppers, options.Scenario.Units, options.Scenario.Seed));
        Assert.Equal("out", options.Report);
    }

    [Fact]
    public void More_minutes_are_more_shoppers_at_the_same_rate()
    {
        var scenario = Parse(["soak", "--minutes", "60"]).Scenario;

        Assert.Equal((72_000, 80_000), (scenario.Shoppers, scenario.Units));
        Assert.True(scenario.Limit > scenario.Arrivals.Over);
    }

    [Fact]
    public void A_sale_starts_earlier_when_its_shoppers_come_faster() => Assert.Equal(
        TimeSpan.FromSeconds(26), Parse(["million", "--arrivals", "constant:25"]).Scenario.Rules.StartsAfter);

    [Fact]
    public void A_recorded_day_brings_as_many_as_it_has()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "0\n1\n5\n");

        Assert.Equal(3, Parse(["smoke", "--arrivals", $"file:{file}"]).Scenario.Shoppers);
        File.Delete(file);
    }

    [Fact]
    public void Another_mix_takes_the_place_of_the_scenarios_own() => Assert.Equal(
        new Dictionary<Behaviour, double> { [Behaviour.ComesBackLate] = 0.05, [Behaviour.NeverPays] = 0.1 },
        Parse(["smoke", "--mix", "comesbacklate=0.05,NeverPays=0.1"]).Scenario.Mix.Shares);

    [Fact]
    public void A_run_lasts_longer_when_its_shoppers_come_for_longer()
    {
        var scenario = Parse(["smoke", "--arrivals", "constant:3600"]).Scenario;

        Assert.True(scenario.Limit > TimeSpan.FromSeconds(3600), $"{scenario.Limit}");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("smoke", "--arrivals", "sometimes")]
    [InlineData("smoke", "--arrivals", "file:/nowhere/at-all")]
    [InlineData("smoke", "--shoppers", "0")]
    [InlineData("smoke", "--faster")]
    [InlineData("smoke", "--mix", "Juggles=0.1")]
    [InlineData("smoke", "--mix", "3=0.1")]
    [InlineData("smoke", "--mix", "Buys")]
    [InlineData("smoke", "--mix", "NeverPays=0.7,GivesUp=0.4")]
    [InlineData("smoke", "--mix", "NeverPays=0.1,neverpays=0.1")]
    public void What_cannot_be_is_said(params string[] args) =>
        Assert.Throws<UsageException>(() => Parse(args));

    private static LoadOptions Parse(string[] args)
    {
        var (verb, arguments) = (new System.CommandLine.Command("load"), new LoadArguments());
        arguments.AddTo(verb);
        var call = verb.Parse(args);
        return Usage.Mistake(call) is { } mistake ? throw new UsageException(mistake) : arguments.Read(call);
    }
}
