namespace FlashSale.Admission;

/// <summary>No answer within a few tries: the outcome is unknown, and repeating the call is safe.</summary>
public sealed record Unanswered : LedgerAnswer;
