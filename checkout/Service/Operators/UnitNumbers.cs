namespace FlashSale.Checkout.Operators;

/// <summary>Where the units are now; the last two count reservations that ended.</summary>
/// <param name="Sold">Also those whose money is on the way back.</param>
public sealed record UnitNumbers(int Total, int Available, int Admitted, int Held, int Sold, int Released, int Refunded);
