namespace FlashSale.Local;

/// <summary>The command was called wrongly; the message says how to call it.</summary>
public sealed class UsageException(string message) : Exception(message);
