namespace FlashSale.Local;

/// <summary>A private MariaDB or MySQL; pid 0 when it is not ours.</summary>
public sealed record RunningMySql(int Pid, int Port, string User, string Password, string Database);
