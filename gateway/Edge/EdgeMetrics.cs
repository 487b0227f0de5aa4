using System.Diagnostics.Metrics;

namespace FlashSale.Gateway.Edge;

/// <summary>What an edge counts. A count that nobody listens to is one test of a pointer.</summary>
public static class EdgeMetrics
{
    private static readonly Meter s_meter = new("FlashSale.Gateway");

    private static readonly Counter<long> s_polls = s_meter.CreateCounter<long>(
        "flashsale.line.polls", "{poll}", "Polls, by what answered: memory, redis, or refused (429).");

    private static readonly Counter<long> s_claims = s_meter.CreateCounter<long>(
        "flashsale.claims", "{claim}",
        "Tickets exchanged for admissions, by outcome (a problem's code otherwise).");

    private static readonly Counter<long> s_gate = s_meter.CreateCounter<long>(
        "flashsale.gate.decisions", "{request}", "Requests for gated routes, by verdict.");

    private static readonly Counter<long> s_enqueueTokens = s_meter.CreateCounter<long>(
        "flashsale.enqueue_tokens", "{token}", "Storefronts' enqueue tokens, by outcome.");

    private static readonly Counter<long> s_challenges = s_meter.CreateCounter<long>(
        "flashsale.join_challenges", "{join}", "Joins of sales with a proof of work: asked, askedNetwork, or solved.");

    private static readonly Counter<long> s_wrongKeys = s_meter.CreateCounter<long>(
        "flashsale.wrong_keys", "{request}", "Requests with an API key that is none.");

    public static void WrongKey() => s_wrongKeys.Add(1);

    public static void Polled(string sale, bool fromMemory) =>
        s_polls.Add(1, new("sale", sale), new("source", fromMemory ? "memory" : "redis"));

    public static void PollRefused(string sale) =>
        s_polls.Add(1, new("sale", sale), new("source", "refused"));

    public static void Claimed(string sale, string outcome) =>
        s_claims.Add(1, new("sale", sale), new("outcome", outcome));

    public static void Challenged(string sale, string outcome) =>
        s_challenges.Add(1, new("sale", sale), new("outcome", outcome));

    public static void Judged(string verdict) =>
        s_gate.Add(1, new KeyValuePair<string, object?>("verdict", verdict));

    public static void EnqueueToken(bool accepted) =>
        s_enqueueTokens.Add(
            1, new KeyValuePair<string, object?>("outcome", accepted ? "accepted" : "rejected"));
}
