namespace FlashSale.LoadTest.Clients;

/// <summary>The money side of a reservation.</summary>
public sealed record PaymentAnswer(string State, int AttemptsLeft);
