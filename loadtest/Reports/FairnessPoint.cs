namespace FlashSale.LoadTest.Reports;

public readonly record struct FairnessPoint(long Number, double Seconds, bool Stayed);
