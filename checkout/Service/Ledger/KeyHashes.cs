using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace FlashSale.Checkout.Ledger;

/// <summary>
/// The SHA-256 of keys, which is all that is stored of them. They are kept in memory too, so that however many wrong keys come,
/// the ledger is read for them ten times a second at the most.
/// </summary>
/// <param name="all">→ every hash, in hex.</param>
public sealed class KeyHashes(LedgerDatabase ledger, TimeProvider clock, string all) : IDisposable
{
    /// <summary>Between two readings of all hashes; who shows a key that is not among them waits this long for the next.</summary>
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile FrozenSet<string> _hashes = [];
    private long _readAt = long.MinValue;

    public static byte[] Of(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>False only by a reading that began after the question; a key that has ended meanwhile may still be among them.</summary>
    public async ValueTask<bool> HaveAsync(byte[] hash, CancellationToken cancel)
    {
        var hex = Convert.ToHexString(hash);
        if (_hashes.Contains(hex)) return true;
        var asked = clock.GetTimestamp();
        await _reading.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_hashes.Contains(hex)) return true;
            if (_readAt >= asked) return false;
            if (_readAt != long.MinValue && s_between - clock.GetElapsedTime(_readAt) is var wait && wait > TimeSpan.Zero)
                await Task.Delay(wait, clock, cancel).ConfigureAwait(false);
            var readAt = clock.GetTimestamp();
            var hashes = await ledger.ListAsync<string>(all, null, cancel).ConfigureAwait(false);
            _hashes = hashes.ToFrozenSet(StringComparer.Ordinal);
            _readAt = readAt;
            return _hashes.Contains(hex);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The ledger has it no more.</summary>
    public void Forget(byte[] hash)
    {
        var hex = Convert.ToHexString(hash);
        _hashes = _hashes.Where(known => known != hex).ToFrozenSet(StringComparer.Ordinal);
    }

    public void Dispose() => _reading.Dispose();
}
