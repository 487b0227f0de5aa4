using System.Net.Http.Json;

using FlashSale.Local;
using FlashSale.Local.Processes;

namespace FlashSale.LoadTest.Chaos;

/// <summary>
/// How a fault is done, with a chance of its own: of two at the same time neither changes the other's. Each method returns
/// when it has been lifted; false when there was nobody to do it to.
/// </summary>
/// <param name="length">How long it lasts, of what its kind does.</param>
/// <param name="cancel">The run is given up.</param>
internal sealed class OneFault(ChaosSystem system, Random random, double length, CancellationToken cancel)
{
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private static readonly string[] s_misbehaviours =
    [
        "slow", "resetBefore", "resetAfter", "error500Before", "error500After", "malformed", "truncated",
        "tooManyRequests", "webhookNever", "webhookDuplicated", "voidFails", "refundFails",
        "challengePasses", "challengeFails", "challengeAbandoned", "challengeLate", "processing",
    ];

    public CancellationToken Cancel => cancel;

    public async Task<bool> SignalAsync(Func<SystemState, IReadOnlyList<RunningService>> which, Func<int, bool> signal) =>
        signal(await OneAsync(which));

    // Longer than the lease and the patience of the other services, and shorter.
    public async Task<bool> PauseAsync(Func<SystemState, IReadOnlyList<RunningService>> which) =>
        await PauseAsync(await OneAsync(which), Seconds(0.5, 6));

    public async Task<bool> PauseAsync(int pid, TimeSpan time)
    {
        if (!Signals.Pause(pid)) return false;
        return await ForAsync(time, () => Signals.Resume(pid));
    }

    public Task<bool> CutAsync(FaultProxy link, LinkState how)
    {
        link.Set(how);
        return ForAsync(Seconds(0.2, 5), () => link.Set(LinkState.Up));
    }

    public Task<bool> SlowAsync(FaultProxy link)
    {
        link.Delay = Seconds(0.02, 0.4);
        return ForAsync(Seconds(1, 5), () => link.Delay = TimeSpan.Zero);
    }

    /// <summary>A partition: some of the connections do not get through, while others do.</summary>
    public Task<bool> CutHalfAsync(FaultProxy link)
    {
        link.StallHalf(random.Next());
        return ForAsync(Seconds(1, 6), link.Mend);
    }

    /// <summary>What is under way is done, and nobody is told.</summary>
    public static Task<bool> LoseAnswers(FaultProxy link)
    {
        link.DropAnswers();
        return Task.FromResult(true);
    }

    public async Task<bool> MisbehaveAsync()
    {
        var simulator = (await system.StateAsync(cancel)).PaymentSimulator.Url;
        var rates = s_misbehaviours.ToDictionary(kind => kind, _ => 0.1 * random.NextDouble());
        using var set = await s_http.PutAsJsonAsync($"{simulator}/sim/faults", new { seed = random.Next(), rates }, cancel);
        set.EnsureSuccessStatusCode();
        await Task.Delay(Seconds(2, 8), cancel);
        using var heal = await s_http.DeleteAsync($"{simulator}/sim/faults", cancel);
        heal.EnsureSuccessStatusCode();
        return true;
    }

    /// <summary>For what ends by itself.</summary>
    public static async Task<bool> DoneAsync(Task fault)
    {
        await fault;
        return true;
    }

    /// <summary>Waits, then lifts what was done.</summary>
    public async Task<bool> HoldAsync(TimeSpan time, IAsyncDisposable done)
    {
        await using (done) await Task.Delay(time, cancel);
        return true;
    }

    /// <summary>Up to <paramref name="under"/>.</summary>
    public int Next(int under) => random.Next(under);

    public int Next(int from, int under) => random.Next(from, under);

    /// <summary>A time between these, for how long it lasts in this run.</summary>
    public TimeSpan Seconds(double least, double most) =>
        length * TimeSpan.FromSeconds(least + (most - least) * random.NextDouble());

    /// <summary>Waits, then lifts what was done.</summary>
    public async Task<bool> ForAsync(TimeSpan time, Action lift)
    {
        try
        {
            await Task.Delay(time, cancel);
            return true;
        }
        finally
        {
            lift();
        }
    }

    private async Task<int> OneAsync(Func<SystemState, IReadOnlyList<RunningService>> which)
    {
        var running = which(await system.StateAsync(cancel));
        return running[random.Next(running.Count)].Pid;
    }
}
