using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>Place → when it was last seen, and how long it was told to stay away then.</summary>
internal sealed class PresentHash : ModelHash<(long At, long Told)>
{
    public PresentHash() { }

    private PresentHash(PresentHash of) : base(of) { }

    /// <summary>Nobody is expected sooner than they were told once.</summary>
    public void Note(string field, long at, long told)
    {
        var before = Fields.GetValueOrDefault(field);
        var (due, last) = (Math.Max(at + told, before.At + before.Told), Math.Max(at, before.At));
        Fields[field] = (last, due - last);
    }

    public override ModelKey Copy() => new PresentHash(this);

    protected override RedisValue Value((long At, long Told) value) => $"{value.At} {value.Told}";
}
