namespace FlashSale.Contract;

/// <summary>One row of a <see cref="LedgerSnapshot"/>.</summary>
/// <param name="Admission">The admission that took the unit; empty when withdrawn.</param>
public sealed record LedgerUnit(SaleId Sale, int Unit, UnitState State, string Admission);
