using System.Text;

using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>
/// The line's Redis: what the scripts mean, without Lua and without a server. Each script takes the keys and
/// arguments that it takes on Redis, and its answer has the same shape. <c>RedisModelTests</c> holds all of
/// it to real servers.
/// <para>
/// Only the order of a hash's fields is its own; Redis promises none. Arguments that the product never sends
/// (a fence that is no integer, a batch of none) are errors here.
/// </para>
/// </summary>
public sealed partial class RedisModel
{
    private readonly Dictionary<string, ModelKey> _keys;
    private readonly Dictionary<string, long> _fresh = [];
    private readonly List<string> _again = [];

    public RedisModel() => _keys = [];

    private RedisModel(RedisModel of)
    {
        _keys = new Dictionary<string, ModelKey>(of._keys.Count);
        foreach (var (name, key) in of._keys)
            if (!key.IsEmpty) _keys.Add(name, key.Copy());
        (NowMs, RunId, IsCluster) = (of.NowMs, of.RunId, of.IsCluster);
    }

    /// <summary>Redis' clock.</summary>
    public long NowMs { get; set; }

    /// <summary>Another one after each start of Redis.</summary>
    public string RunId { get; set; } = "";

    /// <summary>A Cluster: the lease tells no run, as a line may be on another node.</summary>
    public bool IsCluster { get; set; }

    /// <summary>Runs a script, whole.</summary>
    /// <exception cref="RedisException">Redis would fail it too; what it did before that is done.</exception>
    public RedisResult Run(Script script, RedisKey[] keys, RedisValue[] values)
    {
        ArgumentNullException.ThrowIfNull(script);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        return script.Name switch
        {
            "status" => Status(keys, values),
            "report" => Report(keys, values),
            "look" => Look(keys, values),
            "join" => Join(keys, values),
            "publish" => Publish(keys, values),
            "wake" => Wake(keys, values),
            "lease" => Lease(keys, values),
            "claim" => Claim(keys, values),
            "admit" => Admit(keys, values),
            "settle" => Settle(keys, values),
            "leave" => Leave(keys, values),
            "begin" => Begin(keys, values),
            "open" => Open(keys, values),
            "alive" => Alive(keys, values),
            "count" => Count(keys, values),
            "calls" => Bulk(Of<CallsKey>(keys[0]).Range((long)values[0], (long)values[1])),
            _ => throw new ArgumentException($"the model does not know {script.Name}", nameof(script)),
        };
    }

    /// <summary>HGETALL; empty when there is no such hash.</summary>
    public HashEntry[] Read(RedisKey hash)
    {
        if (!_keys.TryGetValue(NameOf(hash), out var key)) return [];
        var values = key.Content();
        var entries = new HashEntry[values.Length / 2];
        for (var i = 0; i < entries.Length; i++) entries[i] = new HashEntry(values[2 * i], values[2 * i + 1]);
        return entries;
    }

    /// <summary>Everything that it holds and is, for later: an old copy, or a replica that lags.</summary>
    public RedisModel Copy() => new(this);

    /// <summary>FLUSHALL.</summary>
    public void Clear() => _keys.Clear();

    /// <summary>DEL; false when there is no such key.</summary>
    public bool Delete(RedisKey key) => _keys.Remove(NameOf(key), out var deleted) && !deleted.IsEmpty;

    /// <summary>
    /// All keys, and all that is in them, as <see cref="Describe"/> does: equal for equal key spaces.
    /// </summary>
    public string Dump()
    {
        var text = new StringBuilder();
        foreach (var (name, key) in _keys.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            if (!key.IsEmpty) Describe(text, name, key.Type, key.Content());
        return text.ToString();
    }

    /// <summary>A key as text: fields in order, and what cannot be printed as <c>\xHH</c>.</summary>
    /// <param name="type">As TYPE tells it.</param>
    /// <param name="content">
    /// A hash as fields and values, a sorted set as members and scores, a list, or one string.
    /// </param>
    public static void Describe(StringBuilder text, string key, string type, RedisValue[] content)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(content);
        text.Append(key).Append(' ').Append(type).Append('\n');
        if (type is "list" or "string")
        {
            foreach (var value in content) AppendPrintable(text.Append("  "), value).Append('\n');
            return;
        }

        var lines = new string[content.Length / 2];
        for (var i = 0; i < lines.Length; i++)
        {
            var line = AppendPrintable(new StringBuilder("  "), content[2 * i]).Append(" = ");
            lines[i] = AppendPrintable(line, content[2 * i + 1]).ToString();
        }

        if (type == "hash") Array.Sort(lines, StringComparer.Ordinal);
        foreach (var line in lines) text.Append(line).Append('\n');
    }

    private static StringBuilder AppendPrintable(StringBuilder text, RedisValue value)
    {
        foreach (var one in ((ReadOnlyMemory<byte>)value).Span)
        {
            if (one is >= 0x20 and < 0x7f and not (byte)'\\') text.Append((char)one);
            else text.Append("\\x").Append(Convert.ToHexStringLower([one]));
        }

        return text;
    }

    private static string NameOf(RedisKey key) =>
        (string?)key ?? throw new ArgumentException("a key without a name", nameof(key));

    /// <summary>A key of a kind; an empty one is none, as in Redis.</summary>
    private T Of<T>(RedisKey key) where T : ModelKey, new()
    {
        var name = NameOf(key);
        if (_keys.TryGetValue(name, out var there)) return (T)there;
        var made = new T();
        _keys.Add(name, made);
        return made;
    }

    /// <summary>Of an argument that is a text.</summary>
    private static string Text(in RedisValue value) => (string?)value ?? "";

    private static bool IsSet(in RedisValue value) => Text(value) == "1";

    /// <summary>Any bytes as a string of as many characters.</summary>
    private static string Bytes(in RedisValue value) =>
        Encoding.Latin1.GetString(((ReadOnlyMemory<byte>)value).Span);

    private static RedisResult Integer(long value) => RedisResult.Create(value, ResultType.Integer);

    private static RedisResult Bulk(RedisValue value) => RedisResult.Create(value, ResultType.BulkString);

    /// <summary>What Lua's <c>false</c> becomes.</summary>
    private static RedisResult False { get; } = RedisResult.Create(RedisValue.Null);

    private static RedisResult Zero { get; } = Integer(0);

    private static RedisResult One { get; } = Integer(1);

    private static RedisResult None { get; } = RedisResult.Create(Array.Empty<RedisResult>());

    internal static RedisResult BulkArray(RedisValue[] values)
    {
        if (values.Length == 0) return None;
        var results = new RedisResult[values.Length];
        for (var i = 0; i < results.Length; i++) results[i] = Bulk(values[i]);
        return RedisResult.Create(results);
    }
}
