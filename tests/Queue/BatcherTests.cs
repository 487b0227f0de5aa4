using FlashSale.Queue;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace FlashSale.Tests.Queue;

public sealed class BatcherTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_batch_that_throws_fails_its_own_items_and_the_next_is_sent()
    {
        var batcher = Make(items => items[0] == 1
            ? throw new InvalidOperationException("broken") : Task.FromResult<int[]?>([.. items]));
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(() => batcher.AddAsync(1))).Message);
        Assert.Equal((true, 2), await batcher.AddAsync(2));
    }

    [Fact]
    public async Task Without_Redis_nobody_gets_an_answer_and_the_next_is_sent()
    {
        var batcher = Make(items => Task.FromResult(items[0] == 1 ? null : (int[])[.. items]));
        Assert.False((await batcher.AddAsync(1)).Answered);
        Assert.Equal((true, 2), await batcher.AddAsync(2));
    }

    [Fact]
    public async Task What_is_too_much_is_refused_at_once_and_what_has_waited_too_long_is_not_sent()
    {
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var sent = new List<int>();
        var batcher = Make(async items =>
        {
            sent.AddRange(items);
            started.TrySetResult();
            await go.Task;
            return [.. items];
        });
        var first = batcher.AddAsync(1);
        await started.Task;
        List<Task<(bool Answered, int Answer)>> waiting = [batcher.AddAsync(2), batcher.AddAsync(3), batcher.AddAsync(4)];
        Assert.False((await batcher.AddAsync(5)).Answered);

        _clock.Advance(TimeSpan.FromSeconds(3));
        go.SetResult();
        Assert.Equal((true, 1), await first);
        Assert.All(await Task.WhenAll(waiting), one => Assert.False(one.Answered));
        Assert.Equal((true, 6), await batcher.AddAsync(6));
        Assert.Equal([1, 6], sent);
    }

    private Batcher<int, int> Make(Func<IReadOnlyList<int>, Task<int[]?>> send) =>
        new(maxBatch: 2, maxPending: 3, patience: TimeSpan.FromSeconds(2), _clock, send);
}
