namespace FlashSale.LoadTest.Hosting;

/// <summary>A scenario that the configuration asks for.</summary>
/// <param name="Lasts">Of all its simulations together.</param>
/// <param name="LastPause">At their end, without arrivals.</param>
public sealed record HostedTarget(string Name, HostedSettings Settings, TimeSpan Lasts, TimeSpan LastPause);
