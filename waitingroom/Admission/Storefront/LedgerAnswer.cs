namespace FlashSale.Admission;

/// <summary>What the ledger said: <see cref="Reserved"/>, <see cref="LedgerRefused"/> or <see cref="Unanswered"/>.</summary>
public abstract record LedgerAnswer;
