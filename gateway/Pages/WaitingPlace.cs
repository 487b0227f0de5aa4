using FlashSale.Contract;

namespace FlashSale.Gateway.Pages;

/// <summary>A place as the ticket routes answer it (see the HTTP contract for the words).</summary>
public sealed record WaitingPlace
{
    public required string State { get; init; }
    public required string SaleState { get; init; }
    public required long Number { get; init; }
    public long? Ahead { get; init; }
    public int? EtaLowSeconds { get; init; }
    public int? EtaHighSeconds { get; init; }
    public int AdmittedPerMinute { get; init; }
    public required string Outlook { get; init; }
    public required int Available { get; init; }
    public required int InCarts { get; init; }
    public required int Sold { get; init; }
    public required int NextPollMs { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? RedeemBy { get; init; }

    /// <summary>A <c>redeemed</c> one whose reservation was given back or not paid for.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Once the shopper has bought.</summary>
    public Purchase? Order { get; init; }
}
