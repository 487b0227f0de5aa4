using System.Globalization;

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>
/// What <c>look.lua</c> answers, as a <see cref="LineView"/>. It is read twenty times a second for each sale, so in place:
/// a dictionary and a split text for each part were a tenth of what a simulated sale costs.
/// </summary>
internal static class LookAnswer
{
    /// <summary>Of a line that is there.</summary>
    public static LineView Read(RedisResult answer)
    {
        long? epoch = null, next = null, head = null, skipped = null, shuffled = null, recoverUntil = null, blockedUntil = null;
        var past = "";
        var line = answer[1];
        for (var i = 0; i < line.Length; i += 2)
        {
            var value = line[i + 1];
            switch ((string?)line[i])
            {
                case "epoch": epoch = (long)value; break;
                case "next": next = (long)value; break;
                case "head": head = (long)value; break;
                case "skipped": skipped = (long)value; break;
                case "shuffled": shuffled = (long)value; break;
                case "past": past = (string)value!; break;
                case "recoverUntil": recoverUntil = (long)value; break;
                case "blockedUntil": blockedUntil = (long)value; break;
            }
        }

        var time = (long)answer[2];
        var (coverages, edges) = ReadEdges(answer[7], time);
        return new LineView
        {
            Epoch = (uint)epoch!.Value,
            Next = next!.Value,
            Head = head!.Value,
            Skipped = skipped ?? 0,
            Shuffled = shuffled,
            Past = past,
            RecoverUntil = recoverUntil ?? 0,
            BlockedUntil = blockedUntil ?? 0,
            Time = time,
            Freed = answer[3].Length == 0 ? [] : [.. ((string[])answer[3]!).Select(LineKeys.ParseField)],
            ReturningCount = (long)answer[4],
            Returning = (string[])answer[5]!,
            Present = ReadPresent(answer[6]),
            Coverages = coverages,
            EdgeIds = ReadIds(answer[7]),
            Edges = edges,
        };
    }

    private static string[] ReadIds(RedisResult edges)
    {
        if (edges.Length == 0) return [];
        var ids = new string[edges.Length / 2];
        for (var i = 0; i < ids.Length; i++) ids[i] = (string)edges[2 * i]!;
        return ids;
    }

    private static Dictionary<string, Sighting> ReadPresent(RedisResult answer)
    {
        var present = new Dictionary<string, Sighting>(answer.Length / 2);
        for (var i = 0; i < answer.Length; i += 2) present.Add((string)answer[i]!, Sighting.Parse((string)answer[i + 1]!));
        return present;
    }

    /// <summary>Each has told "ms coverage pollsPerSecond joinsPerSecond name version"; the last two may be missing.</summary>
    private static (List<long> Coverages, List<EdgeNumbers> Edges) ReadEdges(RedisResult answer, long time)
    {
        var (coverages, edges) = (new List<long>(answer.Length / 2), new List<EdgeNumbers>(answer.Length / 2));
        Span<Range> parts = stackalloc Range[7];
        for (var i = 1; i < answer.Length; i += 2)
        {
            var text = (string)answer[i]!;
            var count = text.AsSpan().Split(parts, ' ');
            var seenMsAgo = time - long.Parse(text.AsSpan(parts[0]), CultureInfo.InvariantCulture);
            if (seenMsAgo < EdgeNumbers.LiveMs) coverages.Add(long.Parse(text.AsSpan(parts[1]), CultureInfo.InvariantCulture));
            if (count > 5)
                edges.Add(new EdgeNumbers(
                    text[parts[4]], text[parts[5]], double.Parse(text.AsSpan(parts[3]), CultureInfo.InvariantCulture),
                    double.Parse(text.AsSpan(parts[2]), CultureInfo.InvariantCulture), seenMsAgo));
        }

        edges.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return (coverages, edges);
    }
}
