namespace FlashSale.Conformance;

/// <summary>One row of the table.</summary>
/// <param name="Detail">What was found instead; empty when it holds.</param>
/// <param name="Took">How long it took.</param>
public sealed record CheckResult(string Name, CheckOutcome Outcome, string Detail, TimeSpan Took = default);
