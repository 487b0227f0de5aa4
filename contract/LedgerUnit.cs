namespace FlashSale.Contract;

/// <summary>One row of a <see cref="LedgerSnapshot"/>.</summary>
/// <param name="Admission">The admission that took the unit; empty when withdrawn.</param>
/// <param name="MayJoinAgain">
/// Of a released one that was sold, and whose money went back: whether its buyer may join the line again. Null for all others.
/// </param>
public sealed record LedgerUnit(SaleId Sale, int Unit, UnitState State, string Admission, bool? MayJoinAgain = null);
