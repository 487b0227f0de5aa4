namespace FlashSale.LoadTest.Clients;

/// <summary>Where the units of a sale are.</summary>
/// <param name="Released">Reservations that ended without a sale, so far.</param>
public sealed record UnitsAnswer(int Total, int Available, int Admitted, int Held, int Sold, int Released);
