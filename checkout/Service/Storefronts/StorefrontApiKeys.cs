using System.Security.Cryptography;
using System.Text;

using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Checkout.Storefronts;

/// <summary>API keys of storefronts, <c>fsk_</c> and 43 characters; only their SHA-256 is stored.</summary>
public sealed class StorefrontApiKeys(LedgerDatabase ledger)
{
    private const string Prefix = "fsk_";

    /// <summary>Whether the text is meant to be one.</summary>
    public static bool IsKey(string? text) => text?.StartsWith(Prefix, StringComparison.Ordinal) ?? false;

    /// <summary>A new key and what to store of it.</summary>
    public static (string Key, byte[] Hash) New()
    {
        var key = Prefix + Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        return (key, Hash(key));
    }

    /// <summary>The storefront whose key it is. Looked up by hash: what the time tells is of no use to guess a key.</summary>
    public async Task<StorefrontId?> FindAsync(string? key, CancellationToken cancel)
    {
        if (!IsKey(key)) return null;
        var id = await ledger.FindAsync<string>(
            "SELECT id FROM storefronts WHERE api_key_hash = @hash", new { hash = Hash(key!) }, cancel).ConfigureAwait(false);
        return id is null ? null : StorefrontId.Parse(id);
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
