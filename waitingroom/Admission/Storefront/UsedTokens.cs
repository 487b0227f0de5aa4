using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

using Microsoft.Extensions.Options;

namespace FlashSale.Admission;

/// <summary>
/// Remembers the tokens that have come in by URL: each opens the storefront once, so that one taken from a log, a history
/// or a <c>Referer</c> is worthless. (A shopper who lost the cookie gets a new token from the line, with the ticket.)
/// </summary>
internal sealed class UsedTokens(IOptions<WaitingRoomOptions> options, TimeProvider clock)
{
    /// <summary>Tokens remembered at the most, about 20 MB; each is forgotten when it expires.</summary>
    public const int Capacity = 100_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new();

    /// <summary>True the first time. False for ever after, and when there is no room to remember it.</summary>
    public ValueTask<bool> TrySpendAsync(string token, DateTimeOffset expiresAt, CancellationToken cancel)
    {
        var until = expiresAt + AdmissionVerifier.ClockSkew;
        return options.Value.SpendOnce is { } shared
            ? shared(Key(token), until, cancel) : ValueTask.FromResult(TryAdd(Key(token), until));
    }

    private bool TryAdd(string key, DateTimeOffset until)
    {
        if (_used.Count >= Capacity)
        {
            var now = clock.GetUtcNow();
            foreach (var entry in _used)
                if (entry.Value < now) _used.TryRemove(entry);
        }

        return _used.Count < Capacity && _used.TryAdd(key, until);
    }

    // Without the signature: ECDSA's can be rewritten into another valid one of the same text.
    private static string Key(string token) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')])));
}
