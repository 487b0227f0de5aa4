namespace FlashSale.Local;

/// <summary>The command was called wrongly; the message says how to call it.</summary>
public sealed class UsageException(string message) : Exception(message);

/// <summary>The command could not do what it was asked; the message says why and what to do.</summary>
public sealed class CommandFailedException(string message) : Exception(message);
