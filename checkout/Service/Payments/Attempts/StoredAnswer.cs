namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>An answer of <c>POST …/payments</c> as it was given.</summary>
public sealed record StoredAnswer(int Status, byte[] Body);
