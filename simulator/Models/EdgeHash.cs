using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>Edge → when it reported last, and that with what it told of itself.</summary>
internal sealed class EdgeHash : ModelHash<(long At, string Text)>
{
    public EdgeHash() { }

    private EdgeHash(EdgeHash of) : base(of) { }

    public override ModelKey Copy() => new EdgeHash(this);

    protected override RedisValue Value((long At, string Text) value) => value.Text;
}
