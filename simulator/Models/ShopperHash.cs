using System.Text;

using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>Shopper → number. A shopper's field is bytes; a character is one of them.</summary>
internal sealed class ShopperHash : ModelHash<long>
{
    public ShopperHash() { }

    private ShopperHash(ShopperHash of) : base(of) { }

    public override ModelKey Copy() => new ShopperHash(this);

    protected override RedisValue Name(string field) => Encoding.Latin1.GetBytes(field);

    protected override RedisValue Value(long value) => value;
}
