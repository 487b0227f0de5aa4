using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>Place → when it was last seen, and how long it was told to stay away then.</summary>
internal sealed class PresentHash : ModelHash<(long At, long Told)>
{
    public PresentHash() { }

    private PresentHash(PresentHash of) : base(of) { }

    public override ModelKey Copy() => new PresentHash(this);

    protected override RedisValue Value((long At, long Told) value) => $"{value.At} {value.Told}";
}
