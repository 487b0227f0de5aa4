namespace FlashSale.Admission;

/// <summary>Permission to check out one unit: what a verified admission token says.</summary>
/// <param name="Id"><c>jti</c>: the admission's id; one admission makes one reservation.</param>
/// <param name="Sale"><c>sale</c>.</param>
/// <param name="Shopper"><c>sub</c>: the shopper's stable id.</param>
/// <param name="Storefront"><c>aud</c>: the storefront it was issued for.</param>
/// <param name="Unit"><c>unit</c>: the unit it names, from 1.</param>
/// <param name="Place"><c>place</c>: the shopper's number in line.</param>
/// <param name="RedeemBy"><c>redeemBy</c>: the unit must be in the cart by then.</param>
/// <param name="ExpiresAt"><c>exp</c>: redeem-by, plus the time to pay, plus the grace.</param>
public sealed record VerifiedAdmission(
    string Id, string Sale, string Shopper, string Storefront, int Unit, long Place,
    DateTimeOffset RedeemBy, DateTimeOffset ExpiresAt);
