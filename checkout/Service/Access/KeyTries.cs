using System.Collections.Concurrent;

using FlashSale.Contract;

namespace FlashSale.Checkout.Access;

/// <summary>
/// Whose keys keep turning out wrong is kept waiting before the next is looked at, by address; but not for a key that was right
/// lately, since others may share the address.
/// </summary>
public sealed class KeyTries(TimeProvider clock) : IDisposable
{
    /// <summary>Wrong keys of an address: so many at once, then one a second.</summary>
    private const int PerSecond = 1, Burst = 10;

    /// <summary>Right keys that are remembered: there are as many as operators.</summary>
    private const int MostRight = 1000;
    private static readonly TimeSpan s_lately = TimeSpan.FromMinutes(10);

    private readonly ClientLimit _wrong = new(PerSecond, Burst, told: true);
    private readonly ConcurrentDictionary<string, long> _right = new(StringComparer.Ordinal);

    /// <summary>The seconds to wait, or null.</summary>
    public int? Wait(HttpContext context, byte[] hash) =>
        _right.TryGetValue(Convert.ToHexString(hash), out var at) && clock.GetElapsedTime(at) < s_lately ? null : _wrong.IsSpent(context);

    public void Wrong(HttpContext context) => _wrong.Take(context);

    public void Right(byte[] hash)
    {
        if (_right.Count >= MostRight) _right.Clear();
        _right[Convert.ToHexString(hash)] = clock.GetTimestamp();
    }

    public void Dispose() => _wrong.Dispose();
}
