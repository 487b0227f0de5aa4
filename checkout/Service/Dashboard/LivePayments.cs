namespace FlashSale.Checkout.Dashboard;

/// <param name="Name">The contract's word of a payment's state, or how a reservation ended.</param>
public sealed record LivePayments(string Name, long Count);
