namespace FlashSale.LoadTest.Verify;

/// <summary>An entry of the public log of calls, as an edge answers it.</summary>
/// <param name="N">From 1.</param>
/// <param name="What">As in the contract.</param>
/// <param name="Epoch">The place's, where it is not the log's.</param>
public sealed record CallEntry(long N, DateTimeOffset At, uint Number, string What, uint? Epoch);
