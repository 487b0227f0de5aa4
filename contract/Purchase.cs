namespace FlashSale.Contract;

/// <summary>What a shopper has bought in a sale, as the ledger knows it.</summary>
/// <param name="Reservation">The reservation's id.</param>
/// <param name="OrderNumber">What the shopper knows it by.</param>
/// <param name="Price">What was paid.</param>
public sealed record Purchase(string Reservation, string OrderNumber, int Unit, Money Price);
