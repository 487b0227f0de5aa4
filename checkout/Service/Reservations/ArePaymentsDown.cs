namespace FlashSale.Checkout.Reservations;

/// <summary>Whether paying is impossible right now. Payments know; those who show a reservation ask.</summary>
public delegate bool ArePaymentsDown();
