namespace FlashSale.Queue;

/// <summary>What has become of a call that an edge took.</summary>
public enum CallOutcome
{
    /// <summary>It is told.</summary>
    Told,

    /// <summary>They can't be called any more.</summary>
    Gone,

    /// <summary>They were not told this, and will not be; what is next they may be.</summary>
    Rejected,

    /// <summary>There was no room for it: it goes back, and counts as no try.</summary>
    PutBack,
}
