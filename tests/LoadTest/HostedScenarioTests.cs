using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Hosting;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>What the NBomber host runs: everything but NBomber itself.</summary>
public sealed class HostedScenarioTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hosted_shopper_buys_and_the_audit_is_clean()
    {
        var system = await TestSystem.SharedAsync();
        using var scenario = await HostedScenario.OpenAsync("steady", Settings(system), Cancel);

        var steps = await WalkAsync(scenario.NextShopper()!, Ending.Bought);
        await scenario.CloseAsync(atOnce: false);

        Assert.Equal([JourneyStep.Join, JourneyStep.Claim, JourneyStep.Reserve, JourneyStep.Pay], steps.Distinct().Where(step => step != JourneyStep.Poll));
        Assert.Empty(Missed(scenario, new StepNumbers(JourneyStep.Join, 1, 0, 5)));
        Assert.Equal(
            [(JourneyStep.Claim, 200), (JourneyStep.Join, 201), (JourneyStep.Pay, 201), (JourneyStep.Reserve, 201)],
            scenario.Answers.Rows.Where(row => row.Step != JourneyStep.Poll).Select(row => (row.Step, row.Status)));
        Assert.All(scenario.Answers.Rows, row => Assert.True(row.Bytes > 0, row.Step));
    }

    [Fact]
    public async Task A_missed_threshold_is_told()
    {
        var system = await TestSystem.SharedAsync();
        var settings = Settings(system);
        settings.LeastSold = 2;
        settings.MostP99Ms = new() { [JourneyStep.Join] = 50, [JourneyStep.Pay] = 500 };
        using var scenario = await HostedScenario.OpenAsync("steady", settings, Cancel);
        await WalkAsync(scenario.NextShopper()!, Ending.Bought);
        await scenario.CloseAsync(atOnce: false);

        Assert.Equal(
            [
                "1 units sold, at least 2 expected", "10 of 100 requests failed: join",
                "join took 51 ms (p99), at most 50 ms expected", "no step pay was made",
            ],
            Missed(scenario, new StepNumbers(JourneyStep.Join, 90, 10, 51)));
        // The percentile of nothing is 0.
        scenario.Settings.MostFailed = 1;
        Assert.Contains(
            "no step pay succeeded: its time could not be judged", Missed(scenario, new StepNumbers(JourneyStep.Pay, 0, 10, 0)));
    }

    [Fact]
    public void What_a_shopper_does_later_does_not_follow_from_the_draw_that_chose_the_behaviour()
    {
        var later = Enumerable.Range(0, 10_000).Select(shopper => CrowdChance.Of(1, shopper))
            .Where(one => one.Draw < 0.1).Select(one => new Random(one.Seed).NextDouble()).ToList();

        Assert.InRange(later.Count, 900, 1_100);
        Assert.InRange(later.Average(), 0.45, 0.55);
        Assert.Equal(CrowdChance.Of(1, 7), CrowdChance.Of(1, 7));
    }

    [Fact]
    public async Task Of_a_sale_that_others_buy_from_too_only_this_runs_units_count()
    {
        var system = await TestSystem.SharedAsync();
        var settings = Settings(system);
        (settings.Sale, settings.LeastSold) = (await system.SaleAsync(), 1);
        using (var others = await HostedScenario.OpenAsync("steady", settings, Cancel))
            await WalkAsync(others.NextShopper()!, Ending.Bought);
        using var scenario = await HostedScenario.OpenAsync("steady", settings, Cancel);
        settings.Mix = new() { [nameof(Behaviour.GivesBack)] = 1 };
        using var returns = await HostedScenario.OpenAsync("steady", settings, Cancel);
        await WalkAsync(returns.NextShopper()!, Ending.AsPlanned);
        await WalkAsync(scenario.NextShopper()!, Ending.Bought);
        await returns.CloseAsync(atOnce: false);
        await scenario.CloseAsync(atOnce: false);

        Assert.Equal(["0 units sold, at least 1 expected"], Missed(returns));
        Assert.Empty(Missed(scenario));
    }

    [Fact]
    public async Task A_storefronts_page_that_is_not_protected_fails_the_visit()
    {
        var system = await TestSystem.SharedAsync();
        var settings = Settings(system);
        settings.ProtectedUrl = $"{system.Edge.BaseAddress}health/live";
        using var scenario = await HostedScenario.OpenAsync("embedded-storefront", settings, Cancel);
        var shopper = scenario.NextShopper()!;

        Assert.Equal(HostedShopper.Visit, shopper.Next);
        var made = await shopper.StepAsync();
        Assert.Equal((false, "200"), (made.Ok, made.Status));
        Assert.Equal(Ending.Failed, shopper.Ending);
        await scenario.CloseAsync(atOnce: true);
        scenario.Settings.MostFailed = 1;
        Assert.Contains(Missed(scenario), missed => missed.StartsWith("1 of 1 shoppers got an answer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_cart_page_sends_a_visitor_to_the_line()
    {
        var system = await TestSystem.SharedAsync();
        var settings = Settings(system);
        settings.Sale = await system.SaleAsync();
        settings.ProtectedUrl = $"{system.Edge.BaseAddress}shop/{settings.Sale}/cart";
        using var scenario = await HostedScenario.OpenAsync("embedded-storefront", settings, Cancel);

        var steps = await WalkAsync(scenario.NextShopper()!, Ending.Bought);

        Assert.Equal(
            [HostedShopper.Visit, JourneyStep.Join, JourneyStep.Claim, HostedShopper.Enter, JourneyStep.Reserve, JourneyStep.Pay],
            steps.Distinct().Where(step => step != JourneyStep.Poll));
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

        var steps = await WalkAsync(scenario.NextShopper()!, Ending.Bought);

        Assert.Equal(
            [HostedShopper.Visit, JourneyStep.Join, JourneyStep.Claim, HostedShopper.Enter, JourneyStep.Pay],
            steps.Distinct().Where(step => step != JourneyStep.Poll));
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
        var shopper = scenario.NextShopper()!;

        HostedStep made = new(true, "", "");
        while (shopper.Ending is null)
        {
            made = await shopper.StepAsync();
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
        var shopper = new HostedShopper(
            new BadWalker(refuses), new(http, "s"), new CrowdTally(), null, new StepExchanges(new AnswerTable()), Cancel);

        var made = await shopper.StepAsync();

        Assert.Equal((false, status), (made.Ok, made.Status));
        Assert.Equal(ending, shopper.Ending);
    }

    [Fact]
    public async Task A_storefront_that_is_too_busy_is_asked_again()
    {
        var system = await TestSystem.SharedAsync();
        var settings = Settings(system);
        settings.Sale = await system.SaleAsync();
        await using var shop = await EmbeddedShop.StartAsync(settings.Url, settings.Sale);
        settings.ProtectedUrl = $"{shop.Url}/buy";
        shop.Busy = 1;
        using var scenario = await HostedScenario.OpenAsync("embedded-storefront", settings, Cancel);
        var shopper = scenario.NextShopper()!;

        var refused = await shopper.StepAsync();
        Assert.Equal((false, "503", HostedShopper.Visit), (refused.Ok, refused.Status, shopper.Next));
        Assert.True((await shopper.StepAsync()).Ok);
        Assert.Equal(JourneyStep.Join, shopper.Next);
    }

    [Fact]
    public async Task Who_is_on_the_way_when_a_scenario_closes_is_cut_off_and_nobody_comes_any_more()
    {
        var system = await TestSystem.SharedAsync();
        var settings = Settings(system);
        settings.Sale = await system.SaleAsync(new { name = "later", inventory = 1, price = new { amount = 100, currency = "usd" }, startsAt = "2100-01-01T00:00:00Z" });
        using var scenario = await HostedScenario.OpenAsync("steady", settings, Cancel);
        var inLine = new TaskCompletionSource();
        var walk = scenario.NextShopper()!.WalkAsync(async (_, step) =>
        {
            await step();
            inLine.TrySetResult();
        });
        await inLine.Task.WaitAsync(Cancel);

        await scenario.CloseAsync(atOnce: true);

        Assert.Equal((false, HostedShopper.CutOff), ((await walk).Ok, (await walk).Status));
        Assert.Null(scenario.NextShopper());
        Assert.Contains("1 of 1 shoppers were cut off, still on their way when the run ended", Missed(scenario));
        scenario.Settings.MostCutOff = 1;
        Assert.Empty(Missed(scenario));
    }

    private sealed class BadWalker(bool refuses) : IWalker
    {
        public string Next => JourneyStep.Poll;

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

    private static string[] Missed(HostedScenario scenario, params StepNumbers[] steps) =>
        [.. HostedJudge.Judge(scenario, steps).Select(check => check.Missed).OfType<string>()];

    private static async Task<List<string>> WalkAsync(HostedShopper shopper, Ending expected)
    {
        var steps = new List<string>();
        var end = await shopper.WalkAsync(async (step, make) =>
        {
            steps.Add(step);
            var made = await make();
            Assert.True(made.Ok, $"{step}: {made.Status} {made.Message}");
        });
        Assert.Equal((true, $"{expected}"), (end.Ok, end.Status));
        return steps;
    }
}
