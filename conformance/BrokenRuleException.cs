namespace FlashSale.Conformance;

/// <summary>A rule of the protocol that does not hold.</summary>
internal sealed class BrokenRuleException(string message) : Exception(message);
