using System.Text;

using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.Tests.Simulation;

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
