using System.Text.Json.Nodes;

namespace FlashSale.PaymentSimulator.Page;

/// <summary>The latest calls and webhooks, for a person who develops against the simulator.</summary>
public sealed class RecentCalls(TimeProvider time)
{
    /// <summary>Kept; older ones are forgotten.</summary>
    private const int Max = 1_000;

    private readonly Lock _gate = new();
    private readonly Queue<RecentCall> _latest = new(Max);
    private long _number;

    /// <param name="status">Of the answer; 0 = the connection was cut instead.</param>
    /// <param name="body">JSON of an intent, an error or an event; its id and state are shown.</param>
    public void Add(string what, string? faults, int status, string? body)
    {
        var (intent, summary) = Summarise(body);
        lock (_gate)
        {
            if (_latest.Count == Max) _latest.Dequeue();
            _latest.Enqueue(new(++_number, time.GetUtcNow(), what, faults, status, intent, summary));
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RecentCall> Latest(int count)
    {
        lock (_gate)
        {
            return [.. _latest.Reverse().Take(count)];
        }
    }

    private static (string? Intent, string? Summary) Summarise(string? body)
    {
        if (body is null || JsonNode.Parse(body) is not JsonObject json) return default;
        if (json["error"] is JsonObject error)
            return ((string?)error["payment_intent"]?["id"], (string?)error["decline_code"] ?? (string?)error["code"]);
        return json["data"] is JsonObject data
            ? ((string?)data["object"]?["payment_intent"] ?? (string?)data["object"]?["id"], (string?)json["type"])
            : ((string?)json["payment_intent"] ?? (string?)json["id"], (string?)json["status"]);
    }
}
