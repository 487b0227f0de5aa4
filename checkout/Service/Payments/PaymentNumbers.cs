namespace FlashSale.Checkout.Payments;

/// <summary>How payments go, for operators.</summary>
/// <param name="ProviderDown">The provider does not answer: nobody can pay.</param>
/// <param name="Open">Attempts that are not final.</param>
/// <param name="Flagged">Those of them that need a person: see <c>GET /admin/payments</c>.</param>
public sealed record PaymentNumbers(bool ProviderDown, DateTimeOffset? ProviderDownSince, long Open, long Flagged);
