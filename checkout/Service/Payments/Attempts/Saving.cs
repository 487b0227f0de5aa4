using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>How a step is saved.</summary>
/// <param name="Delay">Null: go on at once, still ours. Else: due again after it, for whoever comes.</param>
/// <param name="Show">What the shopper sees from now on, when it changes with the step.</param>
/// <param name="Note">Why, for a person who looks at the row.</param>
/// <param name="Flag">A person should look at it.</param>
public sealed record Saving(
    TimeSpan? Delay = null, PaymentState? Show = null, PaymentState? ShowFrom = null, string? Note = null,
    bool Flag = false);
