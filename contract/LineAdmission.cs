namespace FlashSale.Contract;

/// <summary>
/// One of <c>GET /internal/sales/{sale}/admissions</c> of the waiting room: a unit that has been given to a shopper and that the
/// line has not seen redeemed, at most one for each unit.
/// </summary>
/// <param name="Id">The token's <c>jti</c>; the same unit given to the same place again has the same.</param>
/// <param name="RedeemBy">Epoch seconds of the ledger's clock.</param>
public sealed record LineAdmission(string Id, int Unit, long RedeemBy);
