using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>
/// Keeps that the shopper of a place that was just given is called by their storefront; there only where that is possible.
/// </summary>
public delegate ValueTask KeepShopCall(Sale sale, Ticket ticket);
