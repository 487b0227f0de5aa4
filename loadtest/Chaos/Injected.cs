
namespace FlashSale.LoadTest.Chaos;

/// <summary>A fault that happened, and when: epoch seconds from before it was injected until it had been lifted.</summary>
internal sealed record Injected(string Name, Period When);
