using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>The line itself.</summary>
internal sealed class LineHash : ModelKey
{
    /// <summary>The run of Redis that it is of; null when there is no line.</summary>
    public string? Run { get; set; }

    /// <summary>It was begun, and not opened yet: its run has a plus in front.</summary>
    public bool IsBegun { get; set; }

    public long Epoch { get; set; }
    public long Fence { get; set; }
    public long Next { get; set; }
    public long Head { get; set; }
    public long Skipped { get; set; }
    public long RecoverUntil { get; set; }
    public long BlockedUntil { get; set; }
    public string Past { get; set; } = "";
    public string Order { get; set; } = "";

    /// <summary>Null while a shuffle is still to come.</summary>
    public long? Shuffled { get; set; }

    public override bool IsEmpty => Run is null;

    public override void Clear() => Run = null;

    public override ModelKey Copy() => (LineHash)MemberwiseClone();

    public override RedisValue[] Content()
    {
        if (Run is null) return [];
        RedisValue[] content =
        [
            "epoch", Epoch, "run", IsBegun ? "+" + Run : Run, "fence", Fence, "next", Next, "head", Head,
            "skipped", Skipped, "past", Past, "recoverUntil", RecoverUntil, "blockedUntil", BlockedUntil,
            "order", Order,
        ];
        return Shuffled is { } shuffled ? [.. content, "shuffled", shuffled] : content;
    }

    /// <summary>It is open, and of this run.</summary>
    public bool IsOpen(string run) => Run == run && !IsBegun;
}

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
