using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>Place → when it was last seen.</summary>
internal sealed class PresentHash : ModelHash<long>
{
    public PresentHash() { }

    private PresentHash(PresentHash of) : base(of) { }

    public override ModelKey Copy() => new PresentHash(this);

    protected override RedisValue Value(long value) => value;
}
