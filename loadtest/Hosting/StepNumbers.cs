namespace FlashSale.LoadTest.Hosting;

/// <summary>What a host has measured of one step.</summary>
public readonly record struct StepNumbers(string Step, long Ok, long Failed, double P99Ms);
