using FlashSale.Contract;

namespace FlashSale.LoadTest.Clients;

/// <summary>A unit in a cart.</summary>
public sealed record ReservationAnswer(
    string Id, string Sale, int Unit, string State, string? Reason, DateTimeOffset PayBy, Money Price,
    PaymentAnswer Payment, string? OrderNumber);
