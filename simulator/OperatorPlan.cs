namespace FlashSale.Simulator;

/// <summary>What an operator changes.</summary>
public sealed record OperatorPlan(long At, OperatorChange Change, int Value);
