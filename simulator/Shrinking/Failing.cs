using FlashSale.Simulator.Checking;

namespace FlashSale.Simulator.Shrinking;

/// <summary>A scenario that fails, and how.</summary>
public sealed record Failing(Scenario Scenario, Violation Violation);
