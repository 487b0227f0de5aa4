using FlashSale.Contract;

namespace FlashSale.Gateway.Enqueue;

/// <param name="Shopper">Who it is, as the storefront says; null for a token that does not count.</param>
/// <param name="Reason">Which part of the token is wrong.</param>
/// <param name="IsKnown">False: whether the token counts cannot be told at the moment.</param>
public readonly record struct EnqueueVerdict(ShopperId? Shopper, string? Reason, bool IsKnown = true)
{
    /// <summary>The shopper's e-mail address, where the storefront says it.</summary>
    public string? Email { get; init; }

    /// <summary>The storefront calls this shopper by itself, and wants to be told when.</summary>
    public bool WantsToBeTold { get; init; }

    public static readonly EnqueueVerdict Unknown = new(null, "enqueueToken: the storefront's keys are not known yet", IsKnown: false);

    public static EnqueueVerdict Wrong(string what) => new(null, "enqueueToken: " + what);
}
