namespace FlashSale.LoadTest.Chaos;

/// <summary>What the line of a chaos run stands on.</summary>
public enum LineKind
{
    /// <summary>One server.</summary>
    One,

    /// <summary>A Redis Cluster: three primaries, a replica for each.</summary>
    Cluster,

    /// <summary>A primary, a replica, and three Sentinels.</summary>
    Sentinel,
}
