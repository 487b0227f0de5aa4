namespace FlashSale.Tests.Simulation;

/// <summary>The model and the database do not agree.</summary>
public sealed class LedgerDifferenceException(string message) : Exception(message);
