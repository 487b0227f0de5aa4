using System.Collections.Concurrent;

namespace FlashSale.Queue;

/// <summary>
/// The public log of one sale's calls, page by page, as anybody asks for it: whatever the crowd, Redis is asked for a page once a
/// second, and for a full one, which does not change any more, once.
/// </summary>
internal sealed class CallPages(ILineServer redis, LineKeys keys, TimeProvider clock)
{
    /// <summary>Entries of a page.</summary>
    public const int Size = 1000;

    /// <summary>Kept in memory, 24 KB each: those of a million calls are read by nobody at once.</summary>
    private const int MaxPages = 256;

    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(uint Epoch, long Page), Read> _pages = new();

    /// <summary>The entries of a page so far; null when Redis gave no answer.</summary>
    public async Task<IReadOnlyList<Call>?> ReadAsync(uint epoch, long page)
    {
        if (!_pages.TryGetValue((epoch, page), out var read) || !(read.IsFull || clock.GetElapsedTime(read.At) < s_fresh))
        {
            if (_pages.Count >= MaxPages) _pages.Clear();
            _pages[(epoch, page)] = read = new Read(ReadOnceAsync(epoch, page), clock.GetTimestamp());
        }

        return await read.Calls.ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<Call>?> ReadOnceAsync(uint epoch, long page)
    {
        var from = page * Size * Call.Bytes;
        var answer = await redis.RunAsync(Script.Calls, [keys.Calls(epoch)], [from, from + Size * Call.Bytes - 1]).OrNone();
        return answer is null ? null : Call.Parse((byte[])answer!);
    }

    private sealed record Read(Task<IReadOnlyList<Call>?> Calls, long At)
    {
        public bool IsFull => Calls is { IsCompletedSuccessfully: true, Result.Count: Size };
    }
}
