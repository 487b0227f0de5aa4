namespace FlashSale.Gateway.Called.ByMail;

/// <summary>What the page of a link offers.</summary>
/// <param name="Notice">What the shopper should know before; null for nothing.</param>
public sealed record LinkAction(string Button, string? Notice);
