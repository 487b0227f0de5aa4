using System.Collections.Concurrent;
using System.Diagnostics;

using FlashSale.LoadTest.Crowd;
using FlashSale.Tests.Support;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace FlashSale.Tests.LoadTest;

public sealed class OpenCrowdTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shopper_whose_answer_hangs_delays_nobody_else()
    {
        var hangs = new TaskCompletionSource();
        var tally = new CrowdTally();
        var crowd = new OpenCrowd(i => new Walker(1, () => i == 0 ? hangs.Task : Task.CompletedTask), tally, TimeProvider.System);

        var run = crowd.RunAsync(At(0, 1, 2, 3), Cancel);
        while (tally.Ended < 3) await Task.Delay(5, Cancel);

        Assert.Equal(1, crowd.Here);
        hangs.SetResult();
        await run;
        Assert.Equal(4, tally.Of(Ending.Bought));
    }

    [Fact]
    public async Task Latency_counts_from_the_intended_arrival()
    {
        var late = TimeSpan.FromMilliseconds(300);
        var begun = Stopwatch.GetTimestamp();
        var dues = new ConcurrentBag<long>();
        var crowd = new OpenCrowd(
            _ => new Walker(1, () => Task.CompletedTask, dues), new CrowdTally(), TimeProvider.System);

        var run = crowd.RunAsync([late], Cancel);
        var sent = Stopwatch.GetTimestamp();
        await run;

        var due = Assert.Single(dues);
        Assert.True(Stopwatch.GetElapsedTime(begun, due) >= late, "sooner than intended");
        Assert.True(Stopwatch.GetElapsedTime(sent, due) <= late, "counted from when it was sent");
    }

    [Fact]
    public async Task A_shopper_makes_one_request_after_the_other_until_the_end()
    {
        var dues = new ConcurrentBag<long>();
        var crowd = new OpenCrowd(_ => new Walker(5, () => Task.CompletedTask, dues), new CrowdTally(), TimeProvider.System);

        await crowd.RunAsync(At(0), Cancel);

        Assert.Equal(5, dues.Distinct().Count());
    }

    [Fact]
    public async Task A_cancelled_crowd_stands_still_at_once()
    {
        using var stop = new CancellationTokenSource();
        var tally = new CrowdTally();
        var crowd = new OpenCrowd(
            _ => new Walker(int.MaxValue, () => Task.CompletedTask), tally, TimeProvider.System);
        var run = crowd.RunAsync(At(0, 0, 0), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(0, tally.Ended);
    }

    [Fact]
    public async Task A_broken_walker_breaks_the_run()
    {
        var crowd = new OpenCrowd(
            _ => new Walker(1, () => throw new NotSupportedException("broken")), new CrowdTally(), TimeProvider.System);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => crowd.RunAsync(At(0), Cancel));

        Assert.IsType<NotSupportedException>(error.InnerException);
    }

    [Fact]
    public async Task A_hundred_thousand_wait_at_once()
    {
        const int shoppers = 100_000;
        using var stop = new CancellationTokenSource();
        var moved = 0;
        var crowd = new OpenCrowd(
            _ => new Walker(2, () => Task.FromResult(Interlocked.Increment(ref moved)))
            {
                Pause = TimeSpan.FromHours(1),
            },
            new CrowdTally(), TimeProvider.System);

        var run = crowd.RunAsync(new TimeSpan[shoppers], stop.Token);
        while (Volatile.Read(ref moved) < shoppers) await Task.Delay(20, Cancel);

        Assert.Equal(shoppers, crowd.Here);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task A_step_without_a_pause_follows_at_once()
    {
        var (dues, clock, tally) = (new ConcurrentBag<long>(), new FakeTimeProvider(), new CrowdTally());
        var crowd = new OpenCrowd(_ => new Walker(1_000, () => Task.CompletedTask, dues) { Pause = TimeSpan.Zero }, tally, clock);

        var run = crowd.RunAsync(At(0), Cancel);
        // No time passes: nobody waits for the crowd's next tick, who ends it then.
        await WaitFor.TrueAsync(() => tally.Ended == 1, "all steps are made");
        clock.Advance(TimeSpan.FromSeconds(1));
        await run;

        Assert.Equal(1_000, dues.Count);
    }

    [Fact]
    public async Task Who_finds_no_room_is_sent_later_which_is_the_crowds_own_delay()
    {
        var hangs = new TaskCompletionSource();
        var (tally, late) = (new CrowdTally(), TimeSpan.FromMilliseconds(200));
        var crowd = new OpenCrowd(i => new Walker(1, () => i == 0 ? hangs.Task : Task.CompletedTask), tally, TimeProvider.System, 1);
        var begun = Stopwatch.GetTimestamp();

        var run = crowd.RunAsync(At(0, 0), Cancel);
        await WaitFor.TrueAsync(() => Task.FromResult(Stopwatch.GetElapsedTime(begun) > late && crowd.Here == 1), "one is there");
        hangs.SetResult();
        await run;

        Assert.True(tally.SendLag().Max >= late.TotalMilliseconds, $"{tally.SendLag()}");
    }

    [Fact]
    public async Task After_a_cancelled_run_those_on_their_way_are_known()
    {
        using var stop = new CancellationTokenSource();
        var moved = 0;
        var crowd = new OpenCrowd(
            i => new Walker(2, () => i == 0 ? Task.Delay(Timeout.Infinite, stop.Token) : Task.FromResult(Interlocked.Increment(ref moved)))
            {
                Pause = TimeSpan.FromHours(1),
            },
            new CrowdTally(), TimeProvider.System);
        var run = crowd.RunAsync(At(0, 0, 0), stop.Token);
        while (Volatile.Read(ref moved) < 2) await Task.Delay(5, Cancel);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        Assert.Equal(3, crowd.Left.Count());
    }

    private static TimeSpan[] At(params int[] milliseconds) =>
        [.. milliseconds.Select(at => TimeSpan.FromMilliseconds(at))];

    private sealed class Walker(int steps, Func<Task> request, ConcurrentBag<long>? dues = null) : IWalker
    {
        private int _steps;

        public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(1);

        public string Next => JourneyStep.Poll;

        public string? Refusal => null;

        public Ending? Ending => _steps >= steps ? LoadTestEnding : null;

        private static Ending LoadTestEnding => FlashSale.LoadTest.Crowd.Ending.Bought;

        public async Task<TimeSpan> StepAsync(long due, CancellationToken cancel)
        {
            dues?.Add(due);
            await request();
            _steps++;
            return Pause;
        }
    }
}
