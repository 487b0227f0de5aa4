using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>The line itself.</summary>
internal sealed class LineHash : ModelKey
{
    private RedisResult? _answer;
    private (string?, bool, long, long, long, long, long, long, long, string, string, long?) _answered;

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

    /// <summary>
    /// The content as HGETALL answers it. A leader asks for it twenty times a second, and mostly nothing has changed.
    /// </summary>
    public RedisResult Answer()
    {
        var now = (Run, IsBegun, Epoch, Fence, Next, Head, Skipped, RecoverUntil, BlockedUntil, Past, Order, Shuffled);
        if (_answer is not null && now == _answered) return _answer;
        _answered = now;
        return _answer = RedisModel.BulkArray(Content());
    }

    /// <summary>It is open, and of this run.</summary>
    public bool IsOpen(string run) => Run == run && !IsBegun;
}
