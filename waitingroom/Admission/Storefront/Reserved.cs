namespace FlashSale.Admission;

/// <summary>The reservation as it is now.</summary>
public sealed record Reserved(Reservation Reservation) : LedgerAnswer;
