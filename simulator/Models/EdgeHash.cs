using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>Edge → when it reported last, and what it told of itself.</summary>
internal sealed class EdgeHash : ModelHash<(long At, string Told)>
{
    public EdgeHash() { }

    private EdgeHash(EdgeHash of) : base(of) { }

    public override ModelKey Copy() => new EdgeHash(this);

    protected override RedisValue Value((long At, string Told) value) => $"{value.At} {value.Told}";
}
