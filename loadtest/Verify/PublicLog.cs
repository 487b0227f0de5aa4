namespace FlashSale.LoadTest.Verify;

/// <summary>What was logged while an epoch was the line's current one.</summary>
public sealed record PublicLog(uint Epoch, IReadOnlyList<CallEntry> Calls);
