using System.Security.Cryptography;

using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Checkout.Access;

/// <summary>The keys of named operators: <c>fso_</c> and 43 characters of base64url; only their hash is stored.</summary>
public sealed class OperatorKeys(LedgerDatabase ledger, TimeProvider clock) : IDisposable
{
    private const string Prefix = "fso_";

    private readonly KeyHashes _hashes = new(
        ledger, clock, "SELECT HEX(key_hash) FROM operators WHERE expires_at > UTC_TIMESTAMP(3)");

    /// <summary>A new key and what to store of it.</summary>
    public static (string Key, byte[] Hash) New()
    {
        var key = Prefix + Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        return (key, KeyHashes.Of(key));
    }

    /// <summary>Whose key it is, as the ledger says now: one that is revoked or has expired closes at once.</summary>
    /// <param name="from">See <see cref="Operator.From"/>.</param>
    public async Task<Operator?> FindAsync(string key, string from, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!key.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var hash = KeyHashes.Of(key);
        if (!await _hashes.HaveAsync(hash, cancel).ConfigureAwait(false)) return null;
        var row = await ledger.FindAsync<Row>(
            "SELECT name, role, storefront FROM operators WHERE key_hash = @hash AND expires_at > UTC_TIMESTAMP(3)",
            new { hash }, cancel).ConfigureAwait(false);
        if (row is not null)
            return new Operator(row.Name, row.Role, row.Storefront is null ? null : StorefrontId.Parse(row.Storefront), from);
        _hashes.Forget(hash);
        return null;
    }

    public void Dispose() => _hashes.Dispose();

    private sealed class Row
    {
        public string Name { get; init; } = "";
        public OperatorRole Role { get; init; }
        public string? Storefront { get; init; }
    }
}
