namespace FlashSale.Admission;

/// <summary>A shopper whom the line has admitted, as the storefront knows it.</summary>
/// <param name="Admission">What the token said when it was verified.</param>
/// <param name="Token">The token itself, to redeem it server to server.</param>
public sealed record AdmittedShopper(VerifiedAdmission Admission, string Token);
