using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FlashSale.Admission;

/// <summary>
/// Tokens that have been verified, by the SHA-256 of their text: a shopper shows the same one with every request, and the
/// signature costs a hundred times the hash. Bounded: two generations of half the size each; when the young one is full
/// it becomes the old one, and what was not asked for since is forgotten.
/// </summary>
internal sealed class VerifiedTokens(int capacity)
{
    private readonly Lock _turning = new();
    private volatile ConcurrentDictionary<Digest, Entry> _young = new();
    private volatile ConcurrentDictionary<Digest, Entry> _old = new();
    private int _count;

    /// <summary>The SHA-256 of a token.</summary>
    public readonly record struct Digest(ulong A, ulong B, ulong C, ulong D)
    {
        /// <param name="token">At most <see cref="AdmissionVerifier.MaxTokenLength"/> characters.</param>
        public static Digest Of(ReadOnlySpan<char> token)
        {
            Span<byte> text = stackalloc byte[token.Length];
            var length = System.Text.Encoding.ASCII.GetBytes(token, text);
            Span<Digest> digest = stackalloc Digest[1];
            SHA256.HashData(text[..length], MemoryMarshal.AsBytes(digest));
            return digest[0];
        }
    }

    /// <param name="KeyId">The key must still be published.</param>
    public sealed record Entry(VerifiedAdmission Admission, string KeyId);

    public Entry? Find(Digest digest)
    {
        if (_young.TryGetValue(digest, out var entry)) return entry;
        if (!_old.TryGetValue(digest, out entry)) return null;
        Add(digest, entry);
        return entry;
    }

    public void Add(Digest digest, Entry entry)
    {
        if (_young.TryAdd(digest, entry) && Interlocked.Increment(ref _count) >= capacity / 2) Turn();
    }

    private void Turn()
    {
        lock (_turning)
        {
            if (_count < capacity / 2) return;
            _old = _young;
            _young = new ConcurrentDictionary<Digest, Entry>();
            _count = 0;
        }
    }
}
