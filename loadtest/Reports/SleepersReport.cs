using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Reports;

/// <summary>What became of those who slept, and of the others because of them.</summary>
/// <param name="Woken">Phones that have rung.</param>
/// <param name="MostLaterSeconds">
/// By how much somebody who was awake was called later than in the same sale in which everyone is; two seconds are free.
/// </param>
public sealed record SleepersReport(int Woken, double MostLaterSeconds)
{
    /// <summary>From a unit given back to the push accepted; null where it was not measured.</summary>
    public StepLatency? Calls { get; init; }
}
