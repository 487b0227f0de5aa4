namespace FlashSale.LoadTest.Crowd;

/// <summary>What a shopper who waits was told of those ahead, and when, by the server's clock.</summary>
public readonly record struct SeenPlace(long Number, long Ahead, DateTimeOffset At);
