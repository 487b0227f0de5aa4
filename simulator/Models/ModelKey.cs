using System.Text;

using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>
/// A key of <see cref="RedisModel"/>: one class for each use, with its values as what they mean.
/// </summary>
internal abstract class ModelKey
{
    /// <summary>As TYPE tells it.</summary>
    public virtual string Type => "hash";

    /// <summary>There is no such key.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>DEL.</summary>
    public abstract void Clear();

    public abstract ModelKey Copy();

    /// <summary>
    /// A hash as fields and values, a sorted set as members and scores, a list, or one string.
    /// </summary>
    public abstract RedisValue[] Content();
}

/// <summary>A hash whose fields are not known beforehand.</summary>
internal abstract class ModelHash<T> : ModelKey
{
    protected ModelHash() => Fields = [];

    protected ModelHash(ModelHash<T> of) => Fields = new(of.Fields);

    public Dictionary<string, T> Fields { get; }

    public override bool IsEmpty => Fields.Count == 0;

    public override void Clear() => Fields.Clear();

    public override RedisValue[] Content()
    {
        if (Fields.Count == 0) return [];
        var (content, at) = (new RedisValue[2 * Fields.Count], 0);
        foreach (var (field, value) in Fields)
        {
            content[at++] = Name(field);
            content[at++] = Value(value);
        }

        return content;
    }

    protected virtual RedisValue Name(string field) => field;

    protected abstract RedisValue Value(T value);
}

/// <summary>Place → "unit redeemBy claimed rank": the admitted, and those with a unit in the cart.</summary>
internal sealed class AdmissionHash : ModelHash<string>
{
    public AdmissionHash() { }

    private AdmissionHash(AdmissionHash of) : base(of) { }

    public override ModelKey Copy() => new AdmissionHash(this);

    protected override RedisValue Value(string value) => value;
}

/// <summary>Sale → its board as JSON, and who wrote the boards.</summary>
internal sealed class BoardHash : ModelHash<RedisValue>
{
    public BoardHash() { }

    private BoardHash(BoardHash of) : base(of) { }

    public override ModelKey Copy() => new BoardHash(this);

    protected override RedisValue Value(RedisValue value) => value;
}

/// <summary>Place → when it was last seen.</summary>
internal sealed class PresentHash : ModelHash<long>
{
    public PresentHash() { }

    private PresentHash(PresentHash of) : base(of) { }

    public override ModelKey Copy() => new PresentHash(this);

    protected override RedisValue Value(long value) => value;
}

/// <summary>Shopper → number. A shopper's field is bytes; a character is one of them.</summary>
internal sealed class ShopperHash : ModelHash<long>
{
    public ShopperHash() { }

    private ShopperHash(ShopperHash of) : base(of) { }

    public override ModelKey Copy() => new ShopperHash(this);

    protected override RedisValue Name(string field) => Encoding.Latin1.GetBytes(field);

    protected override RedisValue Value(long value) => value;
}

/// <summary>Edge → when it reported last, and what it told of itself.</summary>
internal sealed class EdgeHash : ModelHash<(long At, string Told)>
{
    public EdgeHash() { }

    private EdgeHash(EdgeHash of) : base(of) { }

    public override ModelKey Copy() => new EdgeHash(this);

    protected override RedisValue Value((long At, string Told) value) => $"{value.At} {value.Told}";
}
