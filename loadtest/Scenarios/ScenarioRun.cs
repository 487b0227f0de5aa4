using System.Text.Json;

using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>One run of a scenario: a sale, a crowd, an audit, a verdict.</summary>
/// <param name="existing">Join the crowd to this sale instead of making one, such as from several machines at
/// once.</param>
public sealed class ScenarioRun(Scenario scenario, RunTarget target, TimeProvider clock, string? existing = null)
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(500);

    /// <summary>For the last look and the audit of a run that was stopped.</summary>
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(15);

    private readonly List<string> _failures = [];

    public string Sale { get; } = existing ?? $"{scenario.Name}-{Guid.NewGuid():n}"[..(scenario.Name.Length + 9)];

    public CrowdTally Tally { get; } = new() { CountsPeople = scenario.Expected is { MostAheadOff: > 0 } or { NobodyLater: true } };

    /// <summary>How long the same sale took with only those who stay; null where it is not compared.</summary>
    public double? AloneSeconds { get; init; }

    /// <summary>The run of the same sale to compare with; null where there was none.</summary>
    public ScenarioRun? Beside { get; init; }

    /// <summary>When those were called who were awake all the time; once the run is over.</summary>
    public IReadOnlyList<(long Number, double Seconds)> Awake { get; private set; } = [];

    public Scenario Scenario => scenario;

    /// <summary>
    /// Once the crowd has begun to arrive there is a report, whatever happens: a run that is cancelled reports what there
    /// is, and has failed.
    /// </summary>
    public async Task<RunReport> RunAsync(CancellationToken cancel)
    {
        var (startedAt, begun) = (clock.GetUtcNow(), clock.GetTimestamp());
        var random = new Random(scenario.Seed);
        var arrivals = scenario.Arrivals.Times(scenario.Shoppers, random);
        var behaviours = arrivals.Select(_ => scenario.Mix.At(random.NextDouble())).ToArray();
        if (existing is null) await MakeSaleAsync(cancel).ConfigureAwait(false);
        var sale = await target.Operators.NumbersAsync(Sale, cancel).ConfigureAwait(false);
        var presence = TimeSpan.FromSeconds(sale.PresenceSeconds);

        var crowd = new OpenCrowd(i => Arrive(i, behaviours[i], presence), Tally, clock, target.Edges.Connections);
        var timeline = new Timeline(target.Operators, Sale, crowd, Tally, arrivals, target.Processes, clock);
        var (crowdCpu, edgeCpu) = (MeasuredProcesses.OwnCpuSeconds, target.Processes.EdgeCpuSeconds);
        await BreakAsync(cancel).ConfigureAwait(false);
        try
        {
            await SendAsync(crowd, arrivals, timeline, cancel).ConfigureAwait(false);
        }
        finally
        {
            await MendAsync().ConfigureAwait(false);
        }
        crowdCpu = MeasuredProcesses.OwnCpuSeconds - crowdCpu;
        edgeCpu = target.Processes.EdgeCpuSeconds - edgeCpu;

        var end = await EndAsync(timeline, cancel).ConfigureAwait(false);
        var endings = EndingsOf(arrivals.Count);
        var evidence = new RunEvidence(
            Tally, endings, end, timeline.Moments, Alone: existing is null, InOrder: sale.Order is null or "fifo");
        var peaks = target.Processes.PeakMegabytes();
        var people = Tally.CountsPeople ? People(startedAt, timeline.Moments) : null;
        Awake = AwakeCalls.Of(Tally, scenario.Rules, startedAt + scenario.Rules.StartsAfter);
        var sleepers = scenario.HasSleepers
            ? new SleepersReport(Tally.Woken, Beside is null ? 0 : AwakeCalls.MostLater(Awake, Beside.Awake)) : null;
        return new RunReport(
            scenario, Sale, target.Name, startedAt, Math.Round(clock.GetElapsedTime(begun).TotalSeconds, 1),
            MachineDescription.Current(), endings, Tally.Latencies(), Tally.Answers, Tally.Problems, Tally.BotRequests,
            Tally.BotRefusals, timeline.Moments, AdmissionOrder.Measure(Tally.Admissions, Tally.NeverCalled, evidence.InOrder),
            new Costs(
                Tally.Requests, Round(crowdCpu), edgeCpu > 0 ? Round(edgeCpu) : null,
                peaks.GetValueOrDefault(MeasuredProcesses.Crowd, timeline.Moments.Max(one => one.Megabytes[MeasuredProcesses.Crowd]))),
            end.Audit ?? NoAudit(), [.. _failures, .. RunJudge.Judge(scenario, evidence), .. People(people), .. Sleepers(sleepers)])
        {
            People = people,
            Sleepers = sleepers,
            SendLag = Tally.SendLag(),
            Histograms = Tally.Histograms(),
            Unfinished = Tally.Unfinished,
            PeakMegabytes = peaks,
            Provider = end.Payments is { } payments ? new(payments.Count, end.NetCaptures, end.OpenPayments) : null,
        };
    }

    private PeopleReport People(DateTimeOffset startedAt, IReadOnlyList<TimelineMoment> moments)
    {
        var startsAfter = scenario.Rules.StartsAfter;
        var sold = moments.FirstOrDefault(moment => moment.Sold >= scenario.Units);
        return PeopleAhead.Measure(Tally, scenario.Rules, startedAt + startsAfter) with
        {
            SellingSeconds = sold is null ? null : Round(sold.At - startsAfter.TotalSeconds),
            AloneSeconds = AloneSeconds,
        };
    }

    private IEnumerable<string> People(PeopleReport? people)
    {
        if (people is null) yield break;
        if (scenario.Expected.MostAheadOff > 0)
            foreach (var wrong in PeopleAhead.Judge(people, scenario.Expected.MostAheadOff)) yield return wrong;
        if (scenario.Expected.MostSlower > 0 && AloneSeconds is not null && !(people.Ratio <= scenario.Expected.MostSlower))
            yield return $"the sale took {people.SellingSeconds} s, and {AloneSeconds} s without those who were gone";
    }

    private IEnumerable<string> Sleepers(SleepersReport? sleepers)
    {
        if (sleepers is null) yield break;
        if (sleepers.Woken == 0) yield return "nobody was called";
        if (scenario.Expected.NobodyLater && sleepers.MostLaterSeconds > 0)
            yield return $"somebody who was awake was called {sleepers.MostLaterSeconds} s later than without those who slept";
    }

    private static double Round(double seconds) => Math.Round(seconds, 2);

    private AuditAnswer NoAudit() => new(
        false, scenario.Units, 0, 0, 0, 0, [JsonSerializer.SerializeToElement("the audit could not be had")]);

    private Task MakeSaleAsync(CancellationToken cancel) => target.Operators.PutSaleAsync(
        Sale, scenario.Rules.Settings($"Load test: {scenario.Name}", scenario.Units, clock.GetUtcNow()), cancel);

    private IWalker Arrive(int index, Behaviour behaviour, TimeSpan presence)
    {
        var shopper = new Shopper(target.Edges[index], Sale);
        var seed = CrowdChance.SeedOf(scenario.Seed, index);
        if (behaviour == Behaviour.Hammers) return new Bot(shopper, Tally);
        var journey = new Journey(shopper, behaviour, presence, Tally, clock, seed);
        return behaviour == Behaviour.Sleeps && target.Push is { } push
            ? new Sleeper(journey, shopper, push, $"{Sale}-{index}", Tally, seed) : journey;
    }

    private async Task BreakAsync(CancellationToken cancel)
    {
        if (scenario.Faults is null) return;
        if (target.Simulator is null) throw new InvalidOperationException("only the payment simulator can be made to fail");
        try
        {
            await target.Simulator.SetFaultsAsync(scenario.Seed, scenario.Faults, cancel).ConfigureAwait(false);
        }
        catch
        {
            // They may be on, even when no answer says so.
            await MendAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task MendAsync()
    {
        if (scenario.Faults is null || target.Simulator is not { } simulator) return;
        try
        {
            await simulator.ClearFaultsAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (Journey.IsNoAnswer(error, CancellationToken.None))
        {
            _failures.Add($"the faults of the payment simulator could not be cleared: {error.Message}");
        }
    }

    /// <summary>The whole crowd, until it has come to its ends or the run to its own.</summary>
    private async Task SendAsync(
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
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            if (cancel.IsCancellationRequested) _failures.Add("the run was stopped before its end");
            else if (limit.IsCancellationRequested)
                _failures.Add($"not every shopper had come to an end after {scenario.Limit}");
        }
        catch (InvalidOperationException error)
        {
            _failures.Add(error.Message);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(walk).ConfigureAwait(false);
            await watch.ConfigureAwait(false);
        }
        if (!timeline.IsSoldOut) return;
        foreach (var (walker, due) in crowd.Left) (walker as Journey)?.StillWaits(due);
    }

    /// <summary>The sale at rest, unless others go on with it or the run was stopped; and a last look at all numbers.</summary>
    private async Task<SaleEnd> EndAsync(Timeline timeline, CancellationToken cancel)
    {
        using var farewell = new CancellationTokenSource();
        if (cancel.IsCancellationRequested) farewell.CancelAfter(s_farewell);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(
            cancel.IsCancellationRequested ? CancellationToken.None : cancel, farewell.Token);
        var settling = new Settling(target.Operators, target.Simulator, Sale, clock);
        var end = new SaleEnd(null, null) { Missing = "the run was stopped" };
        try
        {
            await timeline.LookAsync(both.Token).ConfigureAwait(false);
            end = existing is null && !cancel.IsCancellationRequested
                ? await settling.WaitAsync(scenario.Rules, both.Token).ConfigureAwait(false)
                : await settling.NowAsync(both.Token).ConfigureAwait(false);
            await timeline.LookAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            if (!farewell.IsCancellationRequested) _failures.Add("the run was stopped before its end");
        }
        return end;
    }

    private Endings EndingsOf(int arrivals) => new(
        Tally.Of(Ending.Bought), Tally.Of(Ending.SoldOut), Tally.Of(Ending.AsPlanned), Tally.Of(Ending.TooSlow),
        Tally.Of(Ending.Failed), arrivals - Tally.Ended);
}
