using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>Sale → its board as JSON, and who wrote the boards and when; or which sales were woken.</summary>
internal sealed class BoardHash : ModelHash<RedisValue>
{
    public BoardHash() { }

    private BoardHash(BoardHash of) : base(of) { }

    public override ModelKey Copy() => new BoardHash(this);

    protected override RedisValue Value(RedisValue value) => value;
}
