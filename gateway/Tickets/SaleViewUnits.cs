namespace FlashSale.Gateway.Tickets;

/// <summary>Where the units are.</summary>
public sealed record SaleViewUnits(int Total, int Available, int InCarts, int Sold);
