using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>A list of texts.</summary>
internal sealed class ListKey : ModelKey
{
    public ListKey() => Values = [];

    private ListKey(ListKey of) => Values = [.. of.Values];

    public List<RedisValue> Values { get; }

    public override string Type => "list";

    public override bool IsEmpty => Values.Count == 0;

    public override void Clear() => Values.Clear();

    public override ModelKey Copy() => new ListKey(this);

    public override RedisValue[] Content() => [.. Values];
}
