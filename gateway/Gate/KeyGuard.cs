using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Tickets;

namespace FlashSale.Gateway.Gate;

/// <summary>
/// API keys on their way to the checkout, which alone can tell whether one is right. A key that it has taken lately is not
/// counted by address: few addresses of servers send many requests. Any other is counted like all the rest, and whose keys keep
/// turning out wrong is kept waiting before the next one is even asked about.
/// </summary>
public sealed partial class KeyGuard(RateLimits limits, TimeProvider clock, ILogger<KeyGuard> log)
{
    /// <summary>What is remembered of right keys: there are as many as storefronts and operators.</summary>
    private const int MostKnown = 10_000;
    private static readonly TimeSpan s_known = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, long> _known = new(StringComparer.Ordinal);

    /// <summary>What a request shows where the route takes keys; null for nothing that is a key.</summary>
    public static string? KeyOf(HttpRequest request, IReadOnlyDictionary<string, string>? rules)
    {
        if (rules is null) return null;
        var forOperators = rules.ContainsKey(GateRules.TakesOperatorKeys);
        if (!forOperators && !rules.ContainsKey(GateRules.TakesStorefrontKeys)) return null;
        var shown = Credentials.Authorization(request, "Bearer");
        return shown.IsEmpty || !(forOperators || StorefrontKey.IsMeant(shown)) ? null : shown.ToString();
    }

    /// <summary>Whether the checkout has taken it within the last minute.</summary>
    public bool IsKnown(string key) => _known.TryGetValue(Digest(key), out var at) && clock.GetElapsedTime(at) < s_known;

    /// <summary>The seconds to wait for a client whose keys keep turning out wrong; null when this one may be asked about.</summary>
    public int? Wait(HttpContext context) => limits.WrongKeys.IsSpent(context);

    /// <summary>Learns from the checkout's answer, before its client has it: the next key is not asked about unlearned.</summary>
    public void LearnFrom(HttpContext context, string key) => context.Response.OnStarting(() =>
    {
        Learn(context, key);
        return Task.CompletedTask;
    });

    private void Learn(HttpContext context, string key)
    {
        switch (context.Response.StatusCode)
        {
            case StatusCodes.Status401Unauthorized when context.Response.Headers.WWWAuthenticate == Problem.KeyChallenge:
                Wrong(context);
                break;
            // Of the rest some are answered before the key is looked at.
            case >= 200 and < 300 or StatusCodes.Status409Conflict or StatusCodes.Status410Gone:
                if (_known.Count >= MostKnown) _known.Clear();
                _known[Digest(key)] = clock.GetTimestamp();
                break;
        }
    }

    /// <summary>Counts and tells a wrong key.</summary>
    public void Wrong(HttpContext context)
    {
        limits.WrongKeys.Take(context);
        EdgeMetrics.WrongKey();
        LogWrong(context.Connection.RemoteIpAddress, context.GetEndpoint()?.DisplayName);
    }

    private static string Digest(string key) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    [LoggerMessage(1040, LogLevel.Warning, "A wrong key from {Address} for {Endpoint}", EventName = "WrongKey")]
    private partial void LogWrong(System.Net.IPAddress? address, string? endpoint);
}
