namespace FlashSale.LoadTest.Reports;

/// <summary>
/// Whether admissions followed the tickets, by what shoppers saw who were there all the time.
/// </summary>
/// <param name="Places">Of the admissions a sample: the number in line, and seconds from the first
/// admission.</param>
public sealed record Fairness(int Judged, int OutOfOrder, int PassedOver, IReadOnlyList<FairnessPoint> Places);
