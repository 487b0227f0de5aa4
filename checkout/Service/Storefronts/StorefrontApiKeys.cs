using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Checkout.Storefronts;

/// <summary>
/// API keys of storefronts (<see cref="StorefrontKey"/>); only their SHA-256 is stored. The hashes are also kept in memory, so
/// that however many wrong keys come, the ledger is read for them ten times a second at the most.
/// </summary>
public sealed class StorefrontApiKeys(LedgerDatabase ledger, TimeProvider clock) : IDisposable
{
    /// <summary>Between two readings of all hashes; who shows a key that is not among them waits this long for the next.</summary>
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile FrozenSet<string> _hashes = [];
    private long _readAt = long.MinValue;

    /// <summary>Whether the text is meant to be one.</summary>
    public static bool IsKey(string? text) => StorefrontKey.IsMeant(text);

    /// <summary>A new key and what to store of it.</summary>
    public static (string Key, byte[] Hash) New()
    {
        var key = StorefrontKey.Prefix + Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        return (key, Hash(key));
    }

    /// <summary>
    /// The storefront whose key it is, as the ledger says now: a renewed key closes at once. Looked up by hash: what the time
    /// tells is of no use to guess a key.
    /// </summary>
    public async Task<StorefrontId?> FindAsync(string? key, CancellationToken cancel)
    {
        if (!StorefrontKey.IsWellFormed(key)) return null;
        var hash = Hash(key!);
        if (!await IsThereAsync(Convert.ToHexString(hash), cancel).ConfigureAwait(false)) return null;
        var id = await ledger.FindAsync<string>(
            "SELECT id FROM storefronts WHERE api_key_hash = @hash", new { hash }, cancel).ConfigureAwait(false);
        if (id is not null) return StorefrontId.Parse(id);
        _hashes = _hashes.Where(known => known != Convert.ToHexString(hash)).ToFrozenSet(StringComparer.Ordinal); // Renewed.
        return null;
    }

    /// <summary>False only by a reading that began after the question.</summary>
    private async ValueTask<bool> IsThereAsync(string hash, CancellationToken cancel)
    {
        if (_hashes.Contains(hash)) return true;
        var asked = clock.GetTimestamp();
        await _reading.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_hashes.Contains(hash)) return true;
            if (_readAt >= asked) return false;
            if (_readAt != long.MinValue && s_between - clock.GetElapsedTime(_readAt) is var wait && wait > TimeSpan.Zero)
                await Task.Delay(wait, clock, cancel).ConfigureAwait(false);
            var readAt = clock.GetTimestamp();
            var hashes = await ledger.ListAsync<string>(
                "SELECT HEX(api_key_hash) FROM storefronts WHERE api_key_hash IS NOT NULL", null, cancel).ConfigureAwait(false);
            _hashes = hashes.ToFrozenSet(StringComparer.Ordinal);
            _readAt = readAt;
            return _hashes.Contains(hash);
        }
        finally
        {
            _reading.Release();
        }
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    public void Dispose() => _reading.Dispose();
}
