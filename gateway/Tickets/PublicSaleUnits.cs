namespace FlashSale.Gateway.Tickets;

/// <summary>Where the units are.</summary>
public sealed record PublicSaleUnits(int Total, int Available, int InCarts, int Sold);
