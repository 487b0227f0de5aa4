using System.Diagnostics;

namespace FlashSale.LoadTest.Bench;

/// <summary>A closed loop of workers, for rates that a fixed concurrency reaches.</summary>
public static class Paced
{
    /// <summary>Completed turns a second; a worker stops when its turn returns false or the time is up, not before its first.</summary>
    public static async Task<double> RateAsync(int workers, TimeSpan duration, Func<int, int, Task<bool>> turn)
    {
        var clock = Stopwatch.StartNew();
        var done = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            var completed = 0;
            while ((completed == 0 || clock.Elapsed < duration) && await turn(worker, completed).ConfigureAwait(false)) completed++;
            return completed;
        }))).ConfigureAwait(false);
        return done.Sum() / clock.Elapsed.TotalSeconds;
    }
}
