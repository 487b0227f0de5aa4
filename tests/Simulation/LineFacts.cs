using FlashSale.Queue;
using FlashSale.Simulator.Models;

using StackExchange.Redis;

namespace FlashSale.Tests.Simulation;

/// <summary>The line as the model holds it, so that what is done next makes sense most of the time.</summary>
internal sealed class LineFacts(RedisModel model, LineKeys keys)
{
    private readonly Dictionary<string, RedisValue> _line = Fields(model, keys.Line);

    public RedisModel Model => model;

    public LineKeys Keys => keys;

    /// <summary>Null when there is none.</summary>
    public string? Run => _line.TryGetValue("run", out var run) ? (string)run! : null;

    public uint Epoch => (uint)Number("epoch", 1000);

    public long Fence => Number("fence", 1);

    public long Next => Number("next", 0);

    public long Head => Number("head", 0);

    public string Past => _line.TryGetValue("past", out var past) ? (string)past! : "";

    public IEnumerable<uint> PastEpochs => Past.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(past => uint.Parse(past.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture)).Take(12);

    public string Shuffled => _line.TryGetValue("shuffled", out var shuffled) ? (string)shuffled! : "-";

    public static Dictionary<string, RedisValue> Fields(RedisModel model, RedisKey hash) =>
        model.Read(hash).ToDictionary(entry => (string)entry.Name!, entry => entry.Value);

    private long Number(string field, long otherwise) =>
        _line.TryGetValue(field, out var value) ? (long)value : otherwise;
}
