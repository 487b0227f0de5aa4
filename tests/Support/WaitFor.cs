using System.Diagnostics;

using Xunit;

namespace FlashSale.Tests.Support;

/// <summary>Waits for a condition, in short steps and not for ever.</summary>
public static class WaitFor
{
    private static readonly TimeSpan s_atMost = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(15);

    /// <summary>Until <paramref name="condition"/> holds.</summary>
    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    /// <summary>Until <paramref name="condition"/> holds.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < s_atMost;)
        {
            if (await condition()) return;
            await Task.Delay(s_step);
        }

        Assert.Fail($"not within {s_atMost}: {what}");
    }
}
