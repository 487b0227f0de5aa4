using System.Numerics;

namespace FlashSale.Simulator.Time;

/// <summary>
/// Chance that is the same for the same seed in every process and version (SplitMix64). Each actor has its own, named by
/// what it is, so that one actor less changes nothing for the others.
/// </summary>
internal sealed class Chance(ulong seed) : Random
{
    private const ulong Golden = 0x9e3779b97f4a7c15;

    private ulong _state = seed;

    /// <summary>That of one actor in a run.</summary>
    /// <param name="of">What it is.</param>
    /// <param name="number">Which of them.</param>
    public static Chance Of(ulong seed, Actor of, long number = 0) => new(Mix(Mix(seed + Golden) ^ (ulong)of) ^ Mix((ulong)number));

    public ulong NextBits() => Mix(_state += Golden);

    public override double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public override int Next(int maxValue) => (int)Math.BigMul(NextBits(), (ulong)maxValue, out _);

    protected override double Sample() => NextDouble();

    /// <summary>Both ends are possible.</summary>
    public long Between(long least, long most) =>
        least + (long)Math.BigMul(NextBits(), (ulong)(most - least + 1), out _);

    public bool Happens(double probability) => NextDouble() < probability;

    /// <summary>A delay in ticks: mostly about the least, now and then much longer.</summary>
    public long Delay(long leastTicks, long mostTicks)
    {
        var bits = NextBits();
        // The least of several draws: as many as there are leading zeros in a random number.
        var shift = BitOperations.LeadingZeroCount(bits & 7) - 61;
        return leastTicks + ((long)Math.BigMul(NextBits(), (ulong)(mostTicks - leastTicks + 1), out _) >> (4 - Math.Min(4, shift + 1)));
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
