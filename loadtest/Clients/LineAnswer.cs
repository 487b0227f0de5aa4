namespace FlashSale.LoadTest.Clients;

/// <summary>The line of a sale, in numbers.</summary>
public sealed record LineAnswer(long Joined, long Head, long Waiting, string? StoppedBecause);
