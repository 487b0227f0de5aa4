namespace FlashSale.Queue;

/// <summary>What has become of the wish to go on with a place on another device.</summary>
public enum MoveOutcome
{
    /// <summary>It has moved: the tickets of before are no more.</summary>
    Moved,

    /// <summary>It has moved since the link was made.</summary>
    Spent,

    /// <summary>The place does not wait any more.</summary>
    NotWaiting,

    /// <summary>Redis, or the line, is not there.</summary>
    NotReady,
}
