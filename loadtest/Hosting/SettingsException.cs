namespace FlashSale.LoadTest.Hosting;

/// <summary>A run that cannot begin as it was asked for: the message is the sentence that says what is wrong.</summary>
public sealed class SettingsException(string message, Exception? inner = null) : Exception(message, inner);
