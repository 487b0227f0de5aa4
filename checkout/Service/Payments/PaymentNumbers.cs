namespace FlashSale.Checkout.Payments;

/// <summary>How payments go, for operators.</summary>
/// <param name="ProviderDown">The provider does not answer: nobody can pay.</param>
/// <param name="Open">Attempts that are not final.</param>
/// <param name="Flagged">What needs a person: attempts, and differences between the books. See <c>GET /admin/payments</c>.</param>
public sealed record PaymentNumbers(bool ProviderDown, DateTimeOffset? ProviderDownSince, long Open, long Flagged);
