using System.Collections.Concurrent;
using System.Diagnostics;

namespace FlashSale.Simulator;

/// <summary>Simulates and judges many sales of one seed, several at a time: each has a thread, and a time, of its own.</summary>
/// <param name="kinds">Which faults there are; none for all kinds.</param>
public sealed class Simulation(ulong seed, params IReadOnlyList<FaultKind> kinds)
{
    /// <summary>One fault of the product may fail thousands of sales; these are enough to find it.</summary>
    private const int MaxFailed = 100;

    private readonly ConcurrentBag<FailedSale> _failed = [];
    private readonly long[] _faults = new long[Enum.GetValues<FaultKind>().Length];
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _sales, _events, _failedCount;

    /// <summary>What has been done so far; may be asked at any time.</summary>
    public Tally Tally => new(
        Interlocked.Read(ref _sales), Interlocked.Read(ref _events),
        Enum.GetValues<FaultKind>().ToDictionary(kind => kind, kind => Interlocked.Read(ref _faults[(int)kind])),
        [.. _failed.OrderBy(failed => failed.Sale)], Interlocked.Read(ref _failedCount), Stopwatch.GetElapsedTime(_start));

    /// <summary>Runs the sales <paramref name="from"/>, from + 1, …; ends early when cancelled.</summary>
    public async Task RunAsync(long from, long count, int cores, CancellationToken cancel)
    {
        var next = from - 1;
        await Task.WhenAll(Enumerable.Range(0, cores).Select(_ => Task.Factory.StartNew(
            () =>
            {
                while (!cancel.IsCancellationRequested && Interlocked.Increment(ref next) is var sale && sale < from + count)
                    Take(sale, JudgedSale.Of(ScenarioSource.Draw(SaleSeeds.Of(seed, sale), kinds)));
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    private void Take(long sale, JudgedSale judged)
    {
        foreach (var (kind, times) in judged.Run.Faults) Interlocked.Add(ref _faults[(int)kind], times);
        Interlocked.Add(ref _events, judged.Run.Events);
        if (judged.Violations.Count > 0 && Interlocked.Increment(ref _failedCount) <= MaxFailed)
            _failed.Add(new FailedSale(sale, judged.Violations));
        Interlocked.Increment(ref _sales);
    }
}
