namespace FlashSale.Conformance;

/// <summary>The check can't be made here.</summary>
internal sealed class NotCheckedException(string message) : Exception(message);
