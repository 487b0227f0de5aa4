namespace FlashSale.Contract;

/// <summary>Its 200 answer. 409 <c>notYourTurn</c>, 410 <c>admissionMissed</c> otherwise.</summary>
public sealed record ClaimAnswer(string AdmissionId, string Token, int Unit, DateTimeOffset RedeemBy);
