namespace FlashSale.Local;

/// <summary>The command could not do what it was asked; the message says why and what to do.</summary>
public sealed class CommandFailedException(string message) : Exception(message);
