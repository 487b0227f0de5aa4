namespace FlashSale.PaymentSimulator.Page;

/// <summary>One call or webhook, for the page.</summary>
public sealed record RecentCall(
    long Number, DateTimeOffset At, string What, string? Faults, int Status, string? Intent, string? Summary);
