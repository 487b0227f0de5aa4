namespace FlashSale.Contract;

/// <summary>The body of <c>POST /internal/claims</c> of the waiting room: the edge has verified the ticket.</summary>
public sealed record ClaimRequest(SaleId Sale, uint Epoch, uint Number, string Shopper);
