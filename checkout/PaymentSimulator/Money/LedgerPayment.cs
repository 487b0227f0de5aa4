namespace FlashSale.PaymentSimulator.Money;

/// <summary>A payment with its final money movement, as <c>GET /sim/ledger</c> tells it.</summary>
public sealed record LedgerPayment(
    string PaymentIntent, string Reservation, long Amount, string Currency,
    bool Authorised, long Captured, long Refunded, bool Voided);
