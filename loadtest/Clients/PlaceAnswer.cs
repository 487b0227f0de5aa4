namespace FlashSale.LoadTest.Clients;

/// <summary>A place in line.</summary>
public sealed record PlaceAnswer(
    string Sale, string? Ticket, string State, long Number, long? Ahead, string SaleState, int NextPollMs,
    DateTimeOffset? RedeemBy, DateTimeOffset ServerTime);
