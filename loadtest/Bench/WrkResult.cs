namespace FlashSale.LoadTest.Bench;

/// <summary>What a round of <c>wrk</c> measured.</summary>
/// <param name="PerSecond">Completed requests a second.</param>
/// <param name="Refused">Answers with a status of 400 and above.</param>
/// <param name="Broken">Connections and reads that failed or timed out.</param>
/// <param name="P99">99th percentile of the closed loop's latency.</param>
public readonly record struct WrkResult(double PerSecond, long Refused, long Broken, TimeSpan P99);
