namespace FlashSale.LoadTest.Hosting;

/// <summary>One thing that a run is judged by.</summary>
/// <param name="Value">As it came out.</param>
/// <param name="Limit">What it must be.</param>
/// <param name="Missed">The sentence about it when it is not so; null when it holds.</param>
public sealed record HostedCheck(string What, string Value, string Limit, string? Missed);
