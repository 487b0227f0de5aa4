using FlashSale.Contract;
using FlashSale.Queue;

using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

using StackExchange.Redis;

using Xunit;

namespace FlashSale.Tests.Queue;

public sealed class PlaceMovesTests
{
    private static readonly SaleId s_sale = SaleId.Parse("phone");

    private readonly MovesServer _redis = new();
    private readonly Line _line;
    private readonly PlaceMoves _moves;

    public PlaceMovesTests()
    {
        _line = new Line(_redis, Options.Create(new LineOptions { Redis = "none" }), new FakeTimeProvider());
        _moves = new PlaceMoves(_redis, _line);
        Begins(epoch: 1);
    }

    [Fact]
    public async Task The_answer_of_a_Redis_that_was_lost_hides_no_move_that_the_next_one_tells()
    {
        _redis.Moves = [Ticket(1).Place];
        var late = _redis.Answer = new TaskCompletionSource();
        var reading = _moves.ReadAsync(s_sale);

        // The line is begun anew. A first try to read finds no Redis.
        Begins(epoch: 2);
        (_redis.Answer, _redis.IsAway) = (null, true);
        Assert.False(await _moves.ReadAsync(s_sale));
        (_redis.IsAway, _redis.Moves) = (false, [Ticket(2).Place, Ticket(3).Place]);

        late.SetResult();
        Assert.False(await reading);
        Assert.True(await _moves.ReadAsync(s_sale));
        foreach (var number in new uint[] { 1, 2, 3 }) Assert.True(_moves.HasMoved(Ticket(number)), $"number {number}");
        // What only this edge knew, the new Redis is told.
        Assert.Contains(Ticket(1).Place, _redis.Told);
    }

    private void Begins(uint epoch) => _line.Set(s_sale, new LineBoard { Epoch = epoch, Next = 9, Head = 0 });

    private static Ticket Ticket(uint number) => new(s_sale, new Place(1, number), default);

    /// <summary>Each of its places has moved once.</summary>
    private sealed class MovesServer : ILineServer
    {
        public Place[] Moves { get; set; } = [];

        public bool IsAway { get; set; }

        /// <summary>Until then nothing is answered, what was asked then as it was then.</summary>
        public TaskCompletionSource? Answer { get; set; }

        public List<Place> Told { get; } = [];

        public async Task<RedisResult> RunAsync(Script script, RedisKey[] keys, RedisValue[] values)
        {
            if (IsAway) throw new LineUnavailableException(new TimeoutException());
            var moves = Moves;
            for (var i = 2; i < values.Length; i += 2) Told.Add(Place.Read((byte[])values[i]!));
            if (Answer is { } answer) await answer.Task;
            var from = (int)(long)values[0] / 9;
            byte[] some = [.. moves.Skip(from).SelectMany(place => (byte[])[.. place.ToBytes(), 1])];
            return RedisResult.Create([RedisResult.Create(moves.Length * 9), RedisResult.Create((RedisValue)some)]);
        }

        public Task<HashEntry[]> ReadAsync(RedisKey hash) => throw new NotSupportedException();
    }
}
