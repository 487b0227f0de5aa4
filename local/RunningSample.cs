namespace FlashSale.Local;

/// <summary>A running sample storefront.</summary>
public sealed record RunningSample(string Name, string Url, string ProtectedUrl, int Pid);
