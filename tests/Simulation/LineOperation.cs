using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.Tests.Simulation;

/// <summary>What is done to the line's Redis and to its model.</summary>
internal abstract record LineOperation
{
    /// <summary>The script's name, or what happens to Redis.</summary>
    public abstract string Kind { get; }

    public sealed record Call(Script Script, RedisKey[] Keys, RedisValue[] Values) : LineOperation
    {
        public override string Kind => Script.Name;

        public override string ToString() =>
            $"{Kind} {string.Join(' ', Keys)} , {string.Join(' ', Values.Select(LineText.Quote))}";
    }

    /// <summary>A key is lost.</summary>
    public sealed record Lose(RedisKey Key) : LineOperation
    {
        public override string Kind => "lose a key";

        public override string ToString() => $"{Kind}: {Key}";
    }

    /// <summary>Everything is kept, to go back to.</summary>
    public sealed record Keep : LineOperation
    {
        public override string Kind => "keep a copy";

        public override string ToString() => Kind;
    }

    /// <summary>
    /// Redis comes back with what was kept, or with nothing; its run may be another one then.
    /// </summary>
    public sealed record GoBack(string Run) : LineOperation
    {
        public override string Kind => "go back to the copy";

        public override string ToString() => $"{Kind}, as run {Run}";
    }
}
