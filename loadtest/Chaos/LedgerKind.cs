namespace FlashSale.LoadTest.Chaos;

/// <summary>What the ledger of a chaos run stands on.</summary>
public enum LedgerKind
{
    /// <summary>One server.</summary>
    One,

    /// <summary>Three nodes that replicate by Galera.</summary>
    Galera,
}
