using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>Place → "unit redeemBy claimed rank": the admitted, and those with a unit in the cart.</summary>
internal sealed class AdmissionHash : ModelHash<string>
{
    public AdmissionHash() { }

    private AdmissionHash(AdmissionHash of) : base(of) { }

    public override ModelKey Copy() => new AdmissionHash(this);

    protected override RedisValue Value(string value) => value;
}
