using System.Text.Json;
using System.Text.Json.Serialization;

using FlashSale.Command;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Hosting;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>What the NBomber host runs: everything but NBomber itself.</summary>
public sealed class HostedScenarioTests
{
    private static readonly JsonSerializerOptions s_strict = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hosted_shopper_buys_and_the_audit_is_clean()
    {
        var system = await TestSystem.SharedAsync();
        using var scenario = await HostedScenario.OpenAsync("steady", Settings(system), Cancel);

        var steps = await WalkAsync(scenario.NextShopper(), Ending.Bought);
        await scenario.CloseAsync(Cancel);

        Assert.Equal([Step.Join, Step.Claim, Step.Reserve, Step.Pay], steps.Distinct().Where(step => step != Step.Poll));
        Assert.Empty(scenario.Missed([new StepNumbers(Step.Join, 1, 0, 5)]));
    }

    [Fact]
    public async Task A_missed_threshold_is_told()
    {
        var system = await TestSystem.SharedAsync();
        var settings = Settings(system);
        settings.LeastSold = 1;
        settings.MostP99Ms = new() { [Step.Join] = 50, [Step.Pay] = 500 };
        using var scenario = await HostedScenario.OpenAsync("steady", settings, Cancel);
        await scenario.CloseAsync(Cancel);

        var missed = scenario.Missed([new StepNumbers(Step.Join, 90, 10, 51)]);

        Assert.Equal(
            [
                "steady: 0 units sold, at least 1 expected", "steady: 10 of 100 requests failed: join",
                "steady: join took 51 ms (p99), at most 50 expected", "steady: no step pay was made",
            ],
            missed);
    }

    [Fact]
    public async Task A_storefronts_page_that_is_not_protected_fails_the_visit()
    {
        var system = await TestSystem.SharedAsync();
        var settings = Settings(system);
        settings.ProtectedUrl = $"{system.Edge.BaseAddress}health/live";
        using var scenario = await HostedScenario.OpenAsync("embedded-storefront", settings, Cancel);
        var shopper = scenario.NextShopper();

        Assert.Equal(HostedShopper.Visit, shopper.Next);
        Assert.False((await shopper.StepAsync(Cancel)).Ok);
        Assert.Equal(Ending.Failed, shopper.Ending);
    }

    [Fact]
    public async Task The_cart_page_sends_a_visitor_to_the_line()
    {
        var system = await TestSystem.SharedAsync();
        var settings = Settings(system);
        settings.Sale = await system.SaleAsync();
        settings.ProtectedUrl = $"{system.Edge.BaseAddress}shop/{settings.Sale}/cart";
        using var scenario = await HostedScenario.OpenAsync("embedded-storefront", settings, Cancel);

        var steps = await WalkAsync(scenario.NextShopper(), Ending.Bought);

        Assert.Equal(
            [HostedShopper.Visit, Step.Join, Step.Claim, HostedShopper.Enter, Step.Reserve, Step.Pay],
            steps.Distinct().Where(step => step != Step.Poll));
    }

    [Fact]
    public async Task A_storefront_of_its_own_lets_the_admitted_in_and_takes_the_payment()
    {
        var system = await TestSystem.SharedAsync();
        var settings = Settings(system);
        settings.Sale = await system.SaleAsync();
        await using var shop = await EmbeddedShop.StartAsync(settings.Url, settings.Sale);
        (settings.ProtectedUrl, settings.PayUrl) = ($"{shop.Url}/buy?colour=red", $"{shop.Url}/pay");
        using var scenario = await HostedScenario.OpenAsync("embedded-storefront", settings, Cancel);

        var steps = await WalkAsync(scenario.NextShopper(), Ending.Bought);

        Assert.Equal(
            [HostedShopper.Visit, Step.Join, Step.Claim, HostedShopper.Enter, Step.Pay],
            steps.Distinct().Where(step => step != Step.Poll));
        Assert.Equal(1, shop.Paid);
    }

    [Fact]
    public async Task A_storefront_that_sends_the_admitted_back_to_the_line_fails_the_step()
    {
        var system = await TestSystem.SharedAsync();
        var settings = Settings(system);
        settings.Sale = await system.SaleAsync();
        await using var shop = await EmbeddedShop.StartAsync(settings.Url, settings.Sale, isBroken: true);
        settings.ProtectedUrl = $"{shop.Url}/buy";
        using var scenario = await HostedScenario.OpenAsync("embedded-storefront", settings, Cancel);
        var shopper = scenario.NextShopper();

        HostedStep made = new(true, "", "");
        while (shopper.Ending is null)
        {
            made = await shopper.StepAsync(Cancel);
            await Task.Delay(shopper.Pause, Cancel);
        }

        Assert.Equal((Ending.Failed, false), (shopper.Ending, made.Ok));
        Assert.Contains("back to the line", made.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "503 unavailable", null)]
    [InlineData(false, "broken", Ending.Failed)]
    public async Task A_refused_step_is_not_ok_and_a_broken_walker_ends_the_journey(bool refuses, string status, Ending? ending)
    {
        using var http = new HttpClient();
        var shopper = new HostedShopper(new BadWalker(refuses), new(http, "s"), new Tally(), null);

        var made = await shopper.StepAsync(Cancel);

        Assert.Equal((false, status), (made.Ok, made.Status));
        Assert.Equal(ending, shopper.Ending);
    }

    [Theory]
    [InlineData("Juggles", 0.1)]
    [InlineData("Buys", 1.1)]
    [InlineData("Buys", -0.1)]
    public void A_wrong_mix_is_named(string behaviour, double share)
    {
        var settings = new HostedSettings { Mix = new() { [behaviour] = share } };

        Assert.Contains("Mix", Assert.Throws<ArgumentException>(settings.ToMix).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Configurations =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "loadtest/nbomber/config"), "*.json")
            .Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Each_configuration_names_scenarios_and_settings_that_exist(string file)
    {
        using var json = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Root, "loadtest/nbomber/config", file)));
        var targets = json.RootElement.GetProperty("TargetScenarios").EnumerateArray().Select(name => name.GetString());
        Assert.All(targets, name => Assert.Contains(name!, HostedScenario.Names));

        foreach (var scenario in json.RootElement.GetProperty("GlobalSettings").GetProperty("ScenariosSettings").EnumerateArray())
        {
            Assert.Contains(scenario.GetProperty("ScenarioName").GetString()!, HostedScenario.Names);
            scenario.GetProperty("CustomSettings").Deserialize<HostedSettings>(s_strict)!.ToMix();
        }
    }

    private sealed class BadWalker(bool refuses) : IWalker
    {
        public string Next => Step.Poll;

        public Ending? Ending => null;

        public string? Refusal => "503 unavailable";

        public Task<TimeSpan> StepAsync(long due, CancellationToken cancel) =>
            refuses ? Task.FromResult(TimeSpan.Zero) : throw new NotSupportedException("broken");
    }

    private static HostedSettings Settings(TestSystem system) => new()
    {
        Url = $"{system.Edge.BaseAddress}".TrimEnd('/'),
        AdminKey = system.Secrets.AdminKey,
        Units = 3,
    };

    private static async Task<List<string>> WalkAsync(HostedShopper shopper, Ending expected)
    {
        var steps = new List<string>();
        while (shopper.Ending is null)
        {
            steps.Add(shopper.Next);
            var made = await shopper.StepAsync(Cancel);
            Assert.True(made.Ok, made.Message);
            await Task.Delay(shopper.Pause, Cancel);
        }
        Assert.Equal(expected, shopper.Ending);
        return steps;
    }
}
