using System.Security.Cryptography;

using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Checkout.Storefronts;

/// <summary>API keys of storefronts (<see cref="StorefrontKey"/>); only their hash is stored.</summary>
public sealed class StorefrontApiKeys(LedgerDatabase ledger, TimeProvider clock) : IDisposable
{
    private readonly KeyHashes _hashes = new(
        ledger, clock, "SELECT HEX(api_key_hash) FROM storefronts WHERE api_key_hash IS NOT NULL");

    /// <summary>Whether the text is meant to be one.</summary>
    public static bool IsKey(string? text) => StorefrontKey.IsMeant(text);

    /// <summary>A new key and what to store of it.</summary>
    public static (string Key, byte[] Hash) New()
    {
        var key = StorefrontKey.Prefix + Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        return (key, KeyHashes.Of(key));
    }

    /// <summary>
    /// The storefront whose key it is, as the ledger says now: a renewed key closes at once. Looked up by hash: what the time
    /// tells is of no use to guess a key.
    /// </summary>
    public async Task<StorefrontId?> FindAsync(string? key, CancellationToken cancel)
    {
        if (!StorefrontKey.IsWellFormed(key)) return null;
        var hash = KeyHashes.Of(key!);
        if (!await _hashes.HaveAsync(hash, cancel).ConfigureAwait(false)) return null;
        var id = await ledger.FindAsync<string>(
            "SELECT id FROM storefronts WHERE api_key_hash = @hash", new { hash }, cancel).ConfigureAwait(false);
        if (id is not null) return StorefrontId.Parse(id);
        _hashes.Forget(hash); // Renewed.
        return null;
    }

    public void Dispose() => _hashes.Dispose();
}
