using System.Collections.Concurrent;
using System.Diagnostics;

using FlashSale.LoadTest.Crowd;

using Xunit;

namespace FlashSale.Tests.LoadTest;

public sealed class OpenCrowdTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shopper_whose_answer_hangs_delays_nobody_else()
    {
        var hangs = new TaskCompletionSource();
        var tally = new Tally();
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
        var crowd = new OpenCrowd(_ => new Walker(1, () => Task.CompletedTask, dues), new Tally(), TimeProvider.System);

        await crowd.RunAsync([late], Cancel);

        Assert.Equal(late.TotalSeconds, Stopwatch.GetElapsedTime(begun, Assert.Single(dues)).TotalSeconds, 0.1);
    }

    [Fact]
    public async Task A_shopper_makes_one_request_after_the_other_until_the_end()
    {
        var dues = new ConcurrentBag<long>();
        var crowd = new OpenCrowd(_ => new Walker(5, () => Task.CompletedTask, dues), new Tally(), TimeProvider.System);

        await crowd.RunAsync(At(0), Cancel);

        Assert.Equal(5, dues.Distinct().Count());
    }

    [Fact]
    public async Task A_cancelled_crowd_stands_still_at_once()
    {
        using var stop = new CancellationTokenSource();
        var tally = new Tally();
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
            _ => new Walker(1, () => throw new NotSupportedException("broken")), new Tally(), TimeProvider.System);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => crowd.RunAsync(At(0), Cancel));

        Assert.IsType<NotSupportedException>(error.InnerException);
    }

    [Fact]
    public async Task A_hundred_thousand_wait_in_little_memory()
    {
        const int shoppers = 100_000;
        using var stop = new CancellationTokenSource();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var moved = 0;
        var crowd = new OpenCrowd(
            _ => new Walker(2, () => { Interlocked.Increment(ref moved); return Task.CompletedTask; })
            {
                Pause = TimeSpan.FromHours(1),
            },
            new Tally(), TimeProvider.System);

        var run = crowd.RunAsync(new TimeSpan[shoppers], stop.Token);
        while (moved < shoppers) await Task.Delay(20, Cancel);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)shoppers;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        // Other tests run beside this one; a task and a timer for each would be a multiple of it.
        Assert.True(each < 1_000, $"{each:f0} bytes each");
    }

    private static TimeSpan[] At(params int[] milliseconds) =>
        [.. milliseconds.Select(at => TimeSpan.FromMilliseconds(at))];

    private sealed class Walker(int steps, Func<Task> request, ConcurrentBag<long>? dues = null) : IWalker
    {
        private int _steps;

        public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(1);

        public string Next => Step.Poll;

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
