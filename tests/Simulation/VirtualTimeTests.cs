using FlashSale.Contract;
using FlashSale.Simulator.Time;

using Xunit;

using Scenario = FlashSale.Simulator.Scenario;

namespace FlashSale.Tests.Simulation;

/// <summary>Time that passes only when nothing is left to do.</summary>
public sealed class VirtualTimeTests
{
    private readonly VirtualTime _time = new();
    private readonly List<string> _log = [];

    private void Log(string what) => _log.Add($"{_time.NowMs} {what}");

    [Fact]
    public void Things_happen_by_time_and_at_one_time_as_they_were_planned()
    {
        _time.At(20, () => Log("c"));
        _time.At(10, () => Log("a"));
        _time.At(20, () => Log("d"));
        _time.At(10, () =>
        {
            Log("b");
            _time.At(10, () => Log("at once"));
            _time.At(5, () => Log("never in the past"));
        });
        _time.At(31, () => Log("too late"));
        _time.RunUntil(30);

        Assert.Equal(["10 a", "10 b", "10 at once", "10 never in the past", "20 c", "20 d"], _log);
        Assert.Equal(30, _time.NowMs);
    }

    [Fact]
    public void A_thousand_things_happen_in_order_whatever_the_order_of_planning()
    {
        var chance = new Random(7);
        var at = Enumerable.Range(0, 1000).Select(_ => chance.NextInt64(500)).ToArray();
        var seen = new List<(long At, int Index)>();
        for (var i = 0; i < at.Length; i++)
        {
            var index = i;
            _time.At(at[i], () => seen.Add((_time.NowMs, index)));
        }

        _time.RunUntil(1000);
        Assert.Equal(at.Select((time, index) => (time, index)).Order(), seen);
    }

    [Fact]
    public void Awaiting_goes_on_inside_of_what_completed_it_on_this_thread()
    {
        var process = new SimulatedProcess(_time, 0);
        var thread = Environment.CurrentManagedThreadId;
        _time.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), process).ConfigureAwait(false);
            Log("delayed");
            var done = new TaskCompletionSource(OneThread.Continuations);
            _time.At(60, done.SetResult);
            await Inner(done.Task).ConfigureAwait(false);
            Log("answered");
            await Inner(Task.Delay(TimeSpan.FromMilliseconds(1), process)).WaitAsync(TimeSpan.FromSeconds(1), process).ConfigureAwait(false);
            await OneThread.Current!.YieldAsync().ConfigureAwait(false);
            Log("yielded");
            var never = new TaskCompletionSource(OneThread.Continuations);
            await Task.WhenAny(never.Task, never.Task.WaitAsync(TimeSpan.FromMilliseconds(9), process)).ConfigureAwait(false);
            Log("given up");
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
        });
        _time.RunUntil(100);

        Assert.Null(_time.Failure);
        Assert.Equal(["50 delayed", "60 answered", "61 yielded", "70 given up"], _log);

        static async Task Inner(Task task) => await task.ConfigureAwait(false);
    }

    [Fact]
    public void A_timer_rings_when_it_was_last_told_to_and_not_once_disposed()
    {
        var process = new SimulatedProcess(_time, 0);
        var often = process.CreateTimer(_ => Log("often"), null, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20));
        var moved = process.CreateTimer(_ => Log("moved"), null, TimeSpan.FromMilliseconds(15), Timeout.InfiniteTimeSpan);
        moved.Change(TimeSpan.FromMilliseconds(35), Timeout.InfiniteTimeSpan);
        _time.At(40, often.Dispose);
        _time.RunUntil(100);

        Assert.Equal(["10 often", "30 often", "35 moved"], _log);
    }

    [Fact]
    public void What_happens_to_a_paused_process_is_held_back_until_it_goes_on()
    {
        var process = new SimulatedProcess(_time, 0);
        _time.In(10 * TimeSpan.TicksPerMillisecond, new Noted(() => Log("first")), process);
        _time.In(20 * TimeSpan.TicksPerMillisecond, new Noted(() => Log("second")), process);
        _time.At(5, process.Pause);
        _time.At(30, process.Resume);
        _time.At(30, () => Log("others"));
        _time.RunUntil(100);

        Assert.Equal(["30 others", "30 first", "30 second"], _log);
    }

    [Fact]
    public void Nothing_happens_to_a_dead_process()
    {
        var process = new SimulatedProcess(_time, 0);
        _time.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), process);
            Log("lived on");
        });
        _time.At(5, process.Pause);
        _time.At(10, process.Die);
        _time.At(30, process.Resume);
        _time.RunUntil(100);

        Assert.Empty(_log);
        Assert.False(process.IsRunning);
    }

    [Fact]
    public void A_process_has_a_clock_that_may_be_wrong_and_timestamps_that_are_not()
    {
        var process = new SimulatedProcess(_time, clockErrorMs: -700);
        var start = process.GetTimestamp();
        _time.RunUntil(2000);

        Assert.Equal(Scenario.Epoch.AddMilliseconds(1300), process.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(2), process.GetElapsedTime(start));
        Assert.True(process.GetElapsedTime(0) > TimeSpan.FromHours(1));
    }

    [Fact]
    public void What_fails_with_nobody_waiting_for_it_ends_the_run()
    {
        _time.Start(async () =>
        {
            await _time.DelayAsync(10 * TimeSpan.TicksPerMillisecond);
            throw new InvalidOperationException("here");
        });
        _time.At(20, () => Log("too late"));
        _time.RunUntil(100);

        Assert.Equal("here", _time.Failure?.Message);
        Assert.Empty(_log);
    }

    private sealed class Noted(Action what) : IHappening
    {
        public void Happen() => what();
    }
}
