using FlashSale.LoadTest.Scenarios;

namespace FlashSale.LoadTest.Hosting;

/// <summary>
/// The scenarios of one run. The host (NBomber) only logs what its callbacks throw and may end without them, so whatever
/// must not be missed is done and judged here, after the host has ended, however it did.
/// </summary>
public sealed class HostedRun : IDisposable
{
    /// <summary>NBomber waits so long for who is still on the way when the time of the simulations is up.</summary>
    private static readonly TimeSpan s_hostsPatience = TimeSpan.FromSeconds(60);

    /// <summary>For the host's start, statistics and reports.</summary>
    private static readonly TimeSpan s_overhead = TimeSpan.FromMinutes(3);

    private readonly IReadOnlyList<HostedTarget> _targets;
    private readonly List<HostedScenario> _scenarios = [];
    private readonly TimeProvider _clock;
    private readonly List<string> _missed = [];
    private readonly CancellationTokenSource _interrupt = new();
    private readonly Lock _gate = new();

    private HostedRun(IReadOnlyList<HostedTarget> targets, TimeProvider clock) => (_targets, _clock) = (targets, clock);

    public IReadOnlyList<HostedScenario> Scenarios => _scenarios;

    /// <summary>The run shall end now: the host stops its simulations.</summary>
    public CancellationToken Interrupted => _interrupt.Token;

    /// <summary>A host that takes longer than that is not waited for.</summary>
    public TimeSpan Limit => s_overhead + s_hostsPatience + _targets.Max(target => target.Lasts)
        + _targets.Max(target => Settling.MostWait(target.Settings.ToRules()));

    public HostedScenario this[string scenario] => _scenarios.First(one => one.Name == scenario);

    /// <exception cref="SettingsException">A scenario cannot begin; what others have begun is taken back.</exception>
    public static async Task<HostedRun> OpenAsync(
        IReadOnlyList<HostedTarget> targets, CancellationToken cancel, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        var run = new HostedRun(targets, clock ?? TimeProvider.System);
        try
        {
            foreach (var target in targets)
            {
                run._scenarios.Add(
                    await HostedScenario.OpenAsync(target.Name, target.Settings, cancel, clock).ConfigureAwait(false));
            }
            return run;
        }
        catch (Exception error)
        {
            await run.CloseAsync(atOnce: true).ConfigureAwait(false);
            string[] troubles = [.. run._scenarios.SelectMany(scenario => scenario.Troubles)];
            run.Dispose();
            if (troubles.Length == 0) throw;
            throw new SettingsException(string.Join("; ", troubles.Prepend(error.Message)), error);
        }
    }

    /// <summary>Runs the host to its end, closes every scenario, and judges.</summary>
    /// <param name="host">Blocks until the host has ended; called on a thread of its own.</param>
    /// <param name="interrupt">Ends the run early.</param>
    public async Task<HostedVerdict> RunAsync(Func<HostedStatistics> host, CancellationToken interrupt)
    {
        ArgumentNullException.ThrowIfNull(host);
        using var asked = interrupt.Register(() => Interrupt("the run was interrupted"));
        var statistics = HostedStatistics.None;
        var running = Task.Factory.StartNew(
            host, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAny(running, Task.Delay(Limit, _clock, Interrupted)).ConfigureAwait(false);
        if (Interrupted.IsCancellationRequested)
            await Task.WhenAny(running, Task.Delay(s_overhead, _clock, CancellationToken.None)).ConfigureAwait(false);
        if (!running.IsCompleted) Interrupt("the host did not end in time, and was left behind");
        else
        {
            try
            {
                statistics = await running.ConfigureAwait(false);
            }
            catch (Exception error)
            {
                Interrupt($"the host broke: {error.Message}");
            }
        }
        await CloseAsync(Interrupted.IsCancellationRequested).ConfigureAwait(false);
        return Judge(statistics);
    }

    /// <summary>Every shopper goes home, the host is asked to stop, and the run has failed for this reason.</summary>
    public void Interrupt(string why)
    {
        lock (_gate)
        {
            if (!_missed.Contains(why)) _missed.Add(why);
        }
        // Begun before the host is told: its end may be quick.
        _ = CloseAsync(atOnce: true);
        _interrupt.Cancel();
    }

    /// <summary>Every scenario, side by side; the same closing when repeated. Never throws.</summary>
    public Task CloseAsync(bool atOnce) => Task.WhenAll(_scenarios.Select(scenario => scenario.CloseAsync(atOnce)));

    /// <summary>The verdict on what is known so far: for a host's reports, which are made before its end.</summary>
    public HostedVerdict Judge(HostedStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        lock (_gate)
        {
            return new HostedVerdict(
                [.. _missed],
                [.. _scenarios.Select(scenario => (scenario, HostedJudge.Judge(scenario, statistics.Of(scenario.Name))))]);
        }
    }

    public void Dispose()
    {
        foreach (var scenario in _scenarios) scenario.Dispose();
        _interrupt.Dispose();
    }
}
