namespace FlashSale.LoadTest.Reports;

/// <summary>How everyone's journey ended.</summary>
/// <param name="CutOff">Still on their way when the run ended.</param>
public sealed record Endings(int Bought, int SoldOut, int AsPlanned, int TooSlow, int Failed, int CutOff);
