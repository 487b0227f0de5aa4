namespace FlashSale.Contract;

/// <summary>What of the held units a pull of changes is told beside the changes.</summary>
public enum HeldUnits
{
    /// <summary>Nothing.</summary>
    Changed,

    /// <summary><see cref="LedgerSnapshot.Held"/>: whether all of them are known, for a few bytes.</summary>
    Sums,
}
