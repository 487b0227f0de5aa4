namespace FlashSale.Checkout.Dashboard;

public sealed record LiveCart(int Unit, DateTimeOffset PayBy);
