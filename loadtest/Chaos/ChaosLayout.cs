namespace FlashSale.LoadTest.Chaos;

/// <summary>What the system of a chaos run stands on.</summary>
public sealed record ChaosLayout
{
    public LedgerKind Ledger { get; init; }

    public LineKind Line { get; init; }

    /// <summary>
    /// Every process on a host of its own, whose network and clock can go wrong; else all on this one, with links to Redis and
    /// MariaDB that can be cut.
    /// </summary>
    public bool Hosts { get; init; }

    /// <summary>The options that ask for it; empty for one of each server on this machine.</summary>
    public override string ToString() =>
        (Ledger == LedgerKind.One ? "" : " --ledger galera") + (Line == LineKind.One ? "" : $" --line {Line.ToString().ToLowerInvariant()}")
        + (Hosts ? " --hosts" : "");
}
