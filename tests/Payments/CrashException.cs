namespace FlashSale.Tests.Payments;

/// <summary>A process has died: nothing after this line happens.</summary>
public sealed class CrashException : Exception;
