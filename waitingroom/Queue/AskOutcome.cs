namespace FlashSale.Queue;

/// <summary>What has become of a wish to be called.</summary>
public enum AskOutcome
{
    /// <summary>It is kept.</summary>
    Kept,

    /// <summary>As many have asked as may.</summary>
    TooMany,

    /// <summary>The place does not wait any more: there is nothing to be called for.</summary>
    NotWaiting,

    /// <summary>Redis, or the line, is not there.</summary>
    NotReady,
}
