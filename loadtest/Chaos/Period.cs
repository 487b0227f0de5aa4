namespace FlashSale.LoadTest.Chaos;

/// <summary>A time in which something was so: epoch seconds of the ledger's clock.</summary>
public readonly record struct Period(double Began, double Ended);
