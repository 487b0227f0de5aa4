namespace FlashSale.Gateway.Called;

/// <summary>What a push service said to a message.</summary>
public enum PushOutcome
{
    /// <summary>It has taken it.</summary>
    Accepted,

    /// <summary>The subscription is no more, or was never one of ours.</summary>
    Gone,

    /// <summary>It refused for now, or gave no answer in time: whether it has the message is not known.</summary>
    Failed,
}
