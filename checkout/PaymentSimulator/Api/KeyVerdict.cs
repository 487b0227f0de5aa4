using FlashSale.PaymentSimulator.Intents;

namespace FlashSale.PaymentSimulator.Api;

/// <summary>What an idempotency key says of a call.</summary>
public abstract record KeyVerdict
{
    /// <summary>First use: execute, then <see cref="IdempotencyKeys.Leave"/>.</summary>
    public sealed record Mine : KeyVerdict;

    /// <summary>The saved answer of the first use.</summary>
    public sealed record Replayed(StripeAnswer Answer) : KeyVerdict;

    /// <summary>The first use has not ended: 409.</summary>
    public sealed record InUse : KeyVerdict;

    /// <summary>Used with other parameters or on another route: 400 <c>idempotency_error</c>.</summary>
    public sealed record Reused : KeyVerdict;
}
