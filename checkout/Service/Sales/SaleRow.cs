using FlashSale.Contract;

namespace FlashSale.Checkout.Sales;

/// <summary>A sale and its key in the ledger.</summary>
public sealed record SaleRow(int No, Sale Sale);
