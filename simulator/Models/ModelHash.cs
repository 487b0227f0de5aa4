using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

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
