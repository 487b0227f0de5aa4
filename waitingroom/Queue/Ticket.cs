using FlashSale.Contract;

namespace FlashSale.Queue;

/// <summary>What a signed ticket says.</summary>
public readonly record struct Ticket(SaleId Sale, Place Place, ShopperId Shopper);
