using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>The leader's lease, and when each waiting room was alive.</summary>
internal sealed class LeaseHash : ModelKey
{
    public LeaseHash() => Rooms = [];

    private LeaseHash(LeaseHash of)
    {
        (Holder, Fence, Until, Tenure) = (of.Holder, of.Fence, of.Until, of.Tenure);
        Rooms = new(of.Rooms);
    }

    public string? Holder { get; set; }
    public long? Fence { get; set; }
    public long? Until { get; set; }
    public long? Tenure { get; set; }
    public Dictionary<string, long> Rooms { get; }

    public override bool IsEmpty => Rooms.Count == 0 && Holder is null && Until is null;

    public override void Clear()
    {
        Holder = null;
        (Fence, Until, Tenure) = (null, null, null);
        Rooms.Clear();
    }

    public override ModelKey Copy() => new LeaseHash(this);

    public override RedisValue[] Content()
    {
        var content = new List<RedisValue>(8 + 2 * Rooms.Count);
        if (Holder is not null) content.AddRange(["holder", Holder]);
        if (Fence is { } fence) content.AddRange(["fence", fence]);
        if (Until is { } until) content.AddRange(["until", until]);
        if (Tenure is { } tenure) content.AddRange(["tenure", tenure]);
        foreach (var (room, at) in Rooms) content.AddRange(["room:" + room, at]);
        return [.. content];
    }
}
