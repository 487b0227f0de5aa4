namespace FlashSale.Local.Servers;

/// <summary>What a private server does before it acknowledges a write.</summary>
public enum Durability
{
    /// <summary>MariaDB flushes the log and the binlog at each commit; Redis appends, synced every second.</summary>
    Full,

    /// <summary>No flush: several times faster on a slow disk; for tests that don't kill the server's machine.</summary>
    Relaxed,
}
