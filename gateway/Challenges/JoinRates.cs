namespace FlashSale.Gateway.Challenges;

/// <summary>
/// Which sales and networks are joining fast: a leaky bucket for each, in a table that never grows. Two that share a bucket
/// are asked for work a little early, which costs them a moment and no place.
/// </summary>
/// <param name="clock">Of this machine: what is measured is a rate at this edge.</param>
public sealed class JoinRates(TimeProvider clock)
{
    private const int Buckets = 1 << 14;

    /// <summary>After a flood a bucket is calm again within this.</summary>
    private const float MostSeconds = 2;

    // Each the level (a float's bits) under the milliseconds at which it was right.
    private readonly long[] _buckets = new long[Buckets];
    private readonly long _start = clock.GetTimestamp();

    /// <summary>Counts one; whether more than <paramref name="perSecond"/> a second have come, bursts of a second aside.</summary>
    /// <param name="key">Spread over all its bits.</param>
    public bool IsAbove(int key, int perSecond)
    {
        if (perSecond == 0) return true;
        ref var bucket = ref _buckets[key & (Buckets - 1)];
        while (true)
        {
            var before = Volatile.Read(ref bucket);
            var now = (uint)clock.GetElapsedTime(_start).TotalMilliseconds;
            var idle = Math.Max(0, (int)(now - (uint)(before >> 32)));
            var level = BitConverter.Int32BitsToSingle((int)before) - perSecond * (idle / 1000f);
            level = Math.Clamp(level, 0, perSecond * MostSeconds) + 1;
            var after = ((long)now << 32) | (uint)BitConverter.SingleToInt32Bits(level);
            if (Interlocked.CompareExchange(ref bucket, after, before) == before) return level > perSecond;
        }
    }
}
