using FlashSale.Queue;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

using StackExchange.Redis;

using Xunit;

namespace FlashSale.Tests.Queue;

public sealed class BoardReaderTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    /// <summary>The boards of lines that fall asleep leave the board that is read often after a second.</summary>
    [Fact]
    public async Task Who_has_stood_still_for_a_second_reads_the_boards_of_the_lines_that_sleep_as_well()
    {
        var (clock, redis) = (new FakeTimeProvider(), new CountingServer());
        var line = new Line(redis, Options.Create(new LineOptions { Redis = "none" }), clock);
        using var reader = new BoardReader(line, redis, clock, NullLogger<BoardReader>.Instance);
        var reading = reader.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), (redis.Awake, redis.All));
        for (var i = 0; i < 10; i++) clock.Advance(s_interval);
        Assert.Equal((11, 1), (redis.Awake, redis.All));
        clock.Advance(TimeSpan.FromSeconds(1.2));
        Assert.True(redis.Awake > 11);
        Assert.Equal(2, redis.All);
        Assert.False(reading.IsCompleted);
    }

    /// <summary>Its leader speaks all the time.</summary>
    private sealed class CountingServer : ILineServer
    {
        private long _at;

        public int Awake { get; private set; }

        public int All { get; private set; }

        public Task<RedisResult> RunAsync(Script script, RedisKey[] keys, RedisValue[] values) => throw new NotSupportedException();

        public Task<HashEntry[]> ReadAsync(RedisKey hash)
        {
            if (hash == LineKeys.Board) All++;
            else Awake++;
            return Task.FromResult<HashEntry[]>([new("#at", ++_at)]);
        }
    }
}
