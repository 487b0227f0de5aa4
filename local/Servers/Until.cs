using System.Diagnostics;

namespace FlashSale.Local.Servers;

/// <summary>Waits for what servers do among themselves, in short steps and not for ever.</summary>
internal static class Until
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(30);

    /// <exception cref="InvalidOperationException">It was not so in time.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        for (var began = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(s_step))
            if (Stopwatch.GetElapsedTime(began) > s_limit) throw new InvalidOperationException($"not within {s_limit}: {what}");
    }
}
