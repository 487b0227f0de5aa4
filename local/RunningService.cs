namespace FlashSale.Local;

/// <summary>A running process and where it listens.</summary>
public sealed record RunningService(int Pid, string Url);
