using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Hosting;
using FlashSale.Tests.Support;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>A run is judged, however its host ends: well, badly, never, or because someone has had enough.</summary>
public sealed class HostedRunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_that_ends_well_is_judged_by_its_statistics_and_the_audit()
    {
        var system = await TestSystem.SharedAsync();
        using var run = await OpenAsync(system, settings => settings.LeastSold = 1);

        var verdict = await run.RunAsync(() => Walk(run), Cancel);

        Assert.Empty(verdict.Missed);
        Assert.Contains(verdict.Scenarios.Single().Checks, check => check is { What: "audit", Value: "clean" });
    }

    [Fact]
    public async Task A_host_that_throws_has_failed_and_is_audited_all_the_same()
    {
        var system = await TestSystem.SharedAsync();
        using var run = await OpenAsync(system);

        var verdict = await run.RunAsync(() => throw new TypeLoadException("Spectre.Console.Color"), Cancel);

        Assert.Contains("the host broke: Spectre.Console.Color", verdict.Missed);
        Assert.Contains("steady: the host gave no statistics: no threshold of a step could be judged", verdict.Missed);
        Assert.NotNull(run["steady"].End?.Audit);
    }

    [Fact]
    public async Task A_host_that_never_ends_is_left_behind_and_judged()
    {
        var system = await TestSystem.SharedAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var run = await OpenAsync(system, clock: clock);
        using var never = new ManualResetEventSlim();
        try
        {
            var judging = run.RunAsync(
                () =>
                {
                    never.Wait(Cancel);
                    return HostedStatistics.None;
                },
                Cancel);
            while (!judging.IsCompleted)
            {
                clock.Advance(run.Limit);
                await Task.Yield();
            }

            Assert.Contains("the host did not end in time, and was left behind", (await judging).Missed);
        }
        finally
        {
            never.Set();
        }
    }

    [Fact]
    public async Task A_run_that_is_interrupted_sends_its_shoppers_home_and_takes_its_faults_back()
    {
        var system = await TestSystem.StartAsync();
        await using var owned = system;
        using var run = await OpenAsync(system, settings => settings.Simulator = system.SimulatorUrl, HostedScenario.PaymentsFailing);
        Assert.NotEmpty(await FaultsAsync(system));
        using var interrupt = new CancellationTokenSource();

        var verdict = await run.RunAsync(
            () =>
            {
                run[HostedScenario.PaymentsFailing].NextShopper();
                interrupt.Cancel();
                Assert.True(run.Interrupted.IsCancellationRequested);
                Assert.Null(run[HostedScenario.PaymentsFailing].NextShopper());
                return HostedStatistics.None;
            },
            interrupt.Token);

        Assert.Contains("the run was interrupted", verdict.Missed);
        Assert.Contains(verdict.Missed, missed => missed.Contains("1 of 1 shoppers were cut off", StringComparison.Ordinal));
        Assert.Empty(await FaultsAsync(system));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_closing_throws_or_waits_for_in_vain_is_a_line_and_the_audit_is_had_all_the_same(bool hangs)
    {
        var system = await TestSystem.SharedAsync();
        await using var simulator = await BadSimulator.StartAsync(hangs);
        var clock = hangs ? new FakeTimeProvider(TimeProvider.System.GetUtcNow()) : null;
        using var run = await OpenAsync(system, settings => settings.Simulator = simulator.Url, HostedScenario.PaymentsFailing, clock);

        var judging = run.RunAsync(() => new HostedStatistics(new Dictionary<string, IReadOnlyList<StepNumbers>>
        {
            [HostedScenario.PaymentsFailing] = [new StepNumbers(JourneyStep.Join, 1, 0, 1)],
        }), Cancel);
        if (clock is not null)
        {
            await simulator.Asked.WaitAsync(Cancel);
            while (!judging.IsCompleted)
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                await Task.Yield();
            }
        }
        var missed = (await judging).Missed;

        Assert.Contains(missed, line => line.Contains("the faults of the payment simulator could not be taken back", StringComparison.Ordinal));
        Assert.NotNull(run[HostedScenario.PaymentsFailing].End?.Audit);
    }

    [Fact]
    public async Task An_interruption_ends_the_waiting_for_a_sale_to_come_to_rest()
    {
        var system = await TestSystem.SharedAsync();
        // With a clock that stands still nothing else would end it.
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var run = await OpenAsync(system, settings => settings.Mix = new() { [nameof(Behaviour.NeverPays)] = 1 }, clock: clock);
        using var interrupt = new CancellationTokenSource();
        var closing = new TaskCompletionSource();

        var judging = run.RunAsync(
            () =>
            {
                var statistics = Walk(run);
                var waits = run.CloseAsync(atOnce: false);
                closing.SetResult();
                waits.Wait(Cancel);
                return statistics;
            },
            interrupt.Token);
        await closing.Task.WaitAsync(Cancel);
        await interrupt.CancelAsync();
        var missed = (await judging.WaitAsync(TimeSpan.FromSeconds(60), Cancel)).Missed;

        Assert.Equal(["the run was interrupted"], missed);
        Assert.Equal((1, true), (run["steady"].End?.Audit?.Held, run["steady"].WasStopped));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_is_interrupted_while_it_opens_takes_its_faults_back_or_says_that_they_may_be_on(bool cannot)
    {
        var system = await TestSystem.SharedAsync();
        await using var simulator = await BadSimulator.StartAsync(hangs: false);
        simulator.TakesBack = !cannot;
        using var interrupt = new CancellationTokenSource();
        simulator.Broken = interrupt.Cancel;

        var opening = OpenAsync(
            system, settings => settings.Simulator = simulator.Url, HostedScenario.PaymentsFailing, cancel: interrupt.Token);

        if (cannot)
        {
            Assert.Contains(
                "the run was interrupted before it began; the faults of the payment simulator could not be taken back",
                (await Assert.ThrowsAsync<SettingsException>(() => opening)).Message, StringComparison.Ordinal);
        }
        else
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        }
        Assert.True(simulator.Asked.IsCompleted);
    }

    [Fact]
    public async Task The_tables_of_a_run_have_each_shopper_once_and_every_answer()
    {
        var system = await TestSystem.SharedAsync();
        using var run = await OpenAsync(system);
        var verdict = await run.RunAsync(() => Walk(run), Cancel);

        var tables = HostedTables.Of(verdict).ToDictionary(table => table.Name);

        Assert.Equal(["steady verdict", "steady sale", "steady shoppers", "steady answers"], tables.Keys);
        Assert.Contains(["Bought", "1"], tables["steady shoppers"].Rows);
        Assert.Contains(["all", "1"], tables["steady shoppers"].Rows);
        Assert.Contains(tables["steady answers"].Rows, row => row.Take(3).SequenceEqual([JourneyStep.Join, "201", ""]));
        Assert.StartsWith("what,value,expected,held\r\naudit,clean,no violation,yes\r\n", tables["steady verdict"].ToCsv(), StringComparison.Ordinal);
    }

    private static Task<HostedRun> OpenAsync(
        TestSystem system, Action<HostedSettings>? change = null, string scenario = "steady", TimeProvider? clock = null,
        CancellationToken? cancel = null)
    {
        var settings = new HostedSettings
        {
            Url = $"{system.Edge.BaseAddress}".TrimEnd('/'),
            AdminKey = system.Secrets.AdminKey,
            Units = 3,
        };
        change?.Invoke(settings);
        return HostedRun.OpenAsync(
            [new HostedTarget(scenario, settings, TimeSpan.FromMinutes(1), TimeSpan.Zero)], cancel ?? Cancel, clock);
    }

    /// <summary>One shopper, as a host walks them.</summary>
    private static HostedStatistics Walk(HostedRun run)
    {
        run["steady"].NextShopper()!.WalkAsync((_, step) => step()).Wait(Cancel);
        return new HostedStatistics(new Dictionary<string, IReadOnlyList<StepNumbers>> { ["steady"] = [new StepNumbers(JourneyStep.Join, 1, 0, 1)] });
    }

    private static async Task<string> FaultsAsync(TestSystem system)
    {
        using var http = new HttpClient();
        using var faults = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync($"{system.SimulatorUrl}/sim/faults", Cancel));
        return string.Join(',', faults.RootElement.GetProperty("rates").EnumerateObject().Select(rate => rate.Name));
    }
}
