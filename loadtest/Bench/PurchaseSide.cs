namespace FlashSale.LoadTest.Bench;

/// <summary>What one side made of a load.</summary>
/// <param name="PerSecond">Whole purchases, the median of its rounds.</param>
/// <param name="Commits">
/// Transactions in the server's binary log for each purchase, from its own counters; null where it does not count them (MySQL).
/// </param>
/// <param name="Flushes">Groups of them that went to disk together, for each purchase.</param>
/// <param name="ProcessorMs">Of each program for each purchase, in milliseconds of one core.</param>
public sealed record PurchaseSide(
    double PerSecond, double? Commits, double? Flushes, IReadOnlyDictionary<string, double> ProcessorMs);
