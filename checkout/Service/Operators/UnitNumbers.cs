namespace FlashSale.Checkout.Operators;

/// <summary>Where the units are now; <c>released</c> counts reservations that ended.</summary>
public sealed record UnitNumbers(int Total, int Available, int Admitted, int Held, int Sold, int Released);
