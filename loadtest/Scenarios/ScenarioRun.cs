using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>The system that a run talks to.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Simulator">Null where the payment provider is not ours to break.</param>
public sealed record RunTarget(
    string Name, EdgeClients Edges, OperatorClient Operators, SimulatorClient? Simulator, MeasuredProcesses Processes);

/// <summary>One run of a scenario: a sale, a crowd, an audit, a verdict.</summary>
/// <param name="existing">Join the crowd to this sale instead of making one, such as from several machines at
/// once.</param>
public sealed class ScenarioRun(Scenario scenario, RunTarget target, TimeProvider clock, string? existing = null)
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(500);

    /// <summary>After the windows of the last carts: for outcomes that the provider owes.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    public string Sale { get; } = existing ?? $"{scenario.Name}-{Guid.NewGuid():n}"[..(scenario.Name.Length + 9)];

    public Tally Tally { get; } = new();

    public Scenario Scenario => scenario;

    public async Task<RunReport> RunAsync(CancellationToken cancel)
    {
        var (startedAt, begun) = (clock.GetUtcNow(), clock.GetTimestamp());
        var failures = new List<string>();
        var random = new Random(scenario.Seed);
        var arrivals = scenario.Arrivals.Times(scenario.Shoppers, random);
        var behaviours = arrivals.Select(_ => scenario.Mix.At(random.NextDouble())).ToArray();
        if (existing is null) await MakeSaleAsync(cancel).ConfigureAwait(false);
        var presence = TimeSpan.FromSeconds(
            (await target.Operators.NumbersAsync(Sale, cancel).ConfigureAwait(false)).PresenceSeconds);

        var crowd = new OpenCrowd(i => Arrive(i, behaviours[i], presence), Tally, clock);
        var timeline = new Timeline(target.Operators, Sale, crowd, Tally, target.Processes, clock);
        var (crowdCpu, edgeCpu) = (MeasuredProcesses.OwnCpuSeconds, target.Processes.EdgeCpuSeconds);
        await BreakAsync(cancel).ConfigureAwait(false);
        try
        {
            if (!await SendAsync(crowd, arrivals, timeline, cancel).ConfigureAwait(false))
                failures.Add($"not every shopper had come to an end after {scenario.Limit}");
        }
        finally
        {
            if (scenario.Faults is not null && target.Simulator is { } simulator)
                await simulator.ClearFaultsAsync(CancellationToken.None).ConfigureAwait(false);
        }
        crowdCpu = MeasuredProcesses.OwnCpuSeconds - crowdCpu;
        edgeCpu = target.Processes.EdgeCpuSeconds - edgeCpu;
        await timeline.LookAsync(cancel).ConfigureAwait(false);
        if (existing is null) await SettleAsync(cancel).ConfigureAwait(false);

        var audit = await target.Operators.AuditAsync(Sale, cancel).ConfigureAwait(false);
        var endings = EndingsOf(arrivals.Count);
        failures.AddRange(Verdict.Judge(scenario, Tally, endings, audit, timeline.Moments, alone: existing is null));
        var peak = timeline.Moments.Max(moment => moment.Megabytes["crowd"]);
        return new RunReport(
            scenario, Sale, target.Name, startedAt, Math.Round(clock.GetElapsedTime(begun).TotalSeconds, 1),
            Machine.Current(), endings, Tally.Latencies(), Tally.Answers, Tally.Problems, Tally.BotRequests,
            Tally.BotRefusals, timeline.Moments, AdmissionOrder.Measure(Tally.Admissions, Tally.NeverCalled),
            new Costs(Tally.Requests, Round(crowdCpu), edgeCpu > 0 ? Round(edgeCpu) : null, peak), audit, failures);
    }

    private static double Round(double seconds) => Math.Round(seconds, 2);

    private Task MakeSaleAsync(CancellationToken cancel) => target.Operators.PutSaleAsync(
        Sale, scenario.Rules.Settings($"Load test: {scenario.Name}", scenario.Units, clock.GetUtcNow()), cancel);

    private IWalker Arrive(int index, Behaviour behaviour, TimeSpan presence)
    {
        var shopper = new Shopper(target.Edges[index], Sale);
        return behaviour == Behaviour.Hammers
            ? new Bot(shopper, Tally) : new Journey(shopper, behaviour, presence, Tally, clock);
    }

    private async Task BreakAsync(CancellationToken cancel)
    {
        if (scenario.Faults is null) return;
        if (target.Simulator is null) throw new InvalidOperationException("only the payment simulator can be made to fail");
        await target.Simulator.SetFaultsAsync(scenario.Seed, scenario.Faults, cancel).ConfigureAwait(false);
    }

    /// <summary>False when the time was up first.</summary>
    private async Task<bool> SendAsync(
        OpenCrowd crowd, IReadOnlyList<TimeSpan> arrivals, Timeline timeline, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(scenario.Limit, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        var watch = timeline.RunAsync(over.Token);
        var walk = crowd.RunAsync(arrivals, over.Token);
        try
        {
            while (scenario.EndsWhenSold && !walk.IsCompleted && !timeline.IsSoldOut)
                await Task.WhenAny(walk, Task.Delay(s_between, clock, over.Token)).ConfigureAwait(false);
            if (scenario.EndsWhenSold) await over.CancelAsync().ConfigureAwait(false);
            await walk.ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return !limit.IsCancellationRequested;
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await watch.ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Until no unit is in between: every cart is sold or back, every admission used or lapsed.
    /// </summary>
    private async Task SettleAsync(CancellationToken cancel)
    {
        var rules = scenario.Rules;
        var atMost = TimeSpan.FromSeconds(rules.ClaimSeconds + rules.PaySeconds + (2 * rules.GraceSeconds)) + s_patience;
        for (var begun = clock.GetTimestamp(); clock.GetElapsedTime(begun) < atMost;)
        {
            var audit = await target.Operators.AuditAsync(Sale, cancel).ConfigureAwait(false);
            if (audit is { Ok: true, Held: 0, Admitted: 0 }) return;
            await Task.Delay(s_between, clock, cancel).ConfigureAwait(false);
        }
    }

    private Endings EndingsOf(int arrivals) => new(
        Tally.Of(Ending.Bought), Tally.Of(Ending.SoldOut), Tally.Of(Ending.AsPlanned), Tally.Of(Ending.TooSlow),
        Tally.Of(Ending.Failed), arrivals - Tally.Ended);
}
