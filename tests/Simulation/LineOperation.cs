using System.Text;

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

/// <summary>Answers as text that is equal for equal answers.</summary>
internal static class LineText
{
    /// <summary>A text in quotes; bytes that cannot be printed as <c>\xHH</c>.</summary>
    public static string Quote(RedisValue value)
    {
        var text = new StringBuilder("'");
        foreach (var one in ((ReadOnlyMemory<byte>)value).Span)
        {
            if (one is >= 0x20 and < 0x7f and not (byte)'\\') text.Append((char)one);
            else text.Append("\\x").Append(Convert.ToHexStringLower([one]));
        }

        return text.Append('\'').ToString();
    }

    /// <summary>With the type of each part; the hashes in a look's answer in order of their fields.</summary>
    public static string Of(Script script, RedisResult answer) => script != Script.Look
        ? Of(answer) : OfParts(answer, i => i is 1 or 6 or 7 ? OfHash(answer[i]) : Of(answer[i]));

    private static string Of(RedisResult answer) => answer.Resp2Type switch
    {
        _ when answer.IsNull => "nil",
        ResultType.Array => OfParts(answer, i => Of(answer[i])),
        ResultType.Integer => $"{(long)answer}",
        ResultType.BulkString => Quote((RedisValue)answer),
        var type => $"{type} {answer}",
    };

    private static string OfParts(RedisResult answer, Func<int, string> part) =>
        $"[{string.Join(", ", Enumerable.Range(0, answer.Length).Select(part))}]";

    private static string OfHash(RedisResult answer)
    {
        if (answer.Resp2Type != ResultType.Array) return Of(answer);
        var fields = Enumerable.Range(0, answer.Length / 2)
            .Select(i => $"{Of(answer[2 * i])}: {Of(answer[2 * i + 1])}");
        return $"{{{string.Join(", ", fields.Order(StringComparer.Ordinal))}}}";
    }
}
