namespace FlashSale.Gateway.Health;

/// <param name="Missing">What the edge still lacks to serve shoppers.</param>
/// <param name="Degraded">What a ready edge has lost: it serves without it what can be served.</param>
public sealed record EdgeReadiness(bool Ready, IReadOnlyList<string> Missing, IReadOnlyList<string> Degraded);
