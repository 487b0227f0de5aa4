namespace FlashSale.Local;

/// <summary>A private Redis; pid 0 when it is not ours.</summary>
public sealed record RunningRedis(int Pid, int Port);
