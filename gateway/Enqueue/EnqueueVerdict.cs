using FlashSale.Contract;

namespace FlashSale.Gateway.Enqueue;

/// <param name="Shopper">Who it is, as the storefront says; null for a token that does not count.</param>
/// <param name="Reason">Which part of the token is wrong.</param>
public readonly record struct EnqueueVerdict(ShopperId? Shopper, string? Reason)
{
    public static EnqueueVerdict Wrong(string what) => new(null, "enqueueToken: " + what);
}
