namespace FlashSale.Gateway.Called;

/// <summary>What a push service or a mail server said to a message.</summary>
public enum SendOutcome
{
    /// <summary>It has taken it.</summary>
    Accepted,

    /// <summary>The subscription or the address is no more, or was never one of ours.</summary>
    Gone,

    /// <summary>It takes this message never, and perhaps the next one: it would say the same once more.</summary>
    Rejected,

    /// <summary>It gave no answer in time: whether it has the message is not known.</summary>
    Failed,

    /// <summary>It cannot be reached, or takes nothing now: it does not have the message.</summary>
    Refused,

    /// <summary>It takes this message later, and others now.</summary>
    Later,

    /// <summary>It was not asked: all connections to it were in use.</summary>
    Busy,
}
