namespace FlashSale.PaymentSimulator.Page;

/// <summary>One thing that happened, for the page.</summary>
public sealed record Happening(
    long Number, DateTimeOffset At, string What, string? Faults, int Status, string? Intent, string? Summary);
