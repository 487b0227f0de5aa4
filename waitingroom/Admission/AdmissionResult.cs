namespace FlashSale.Admission;

/// <summary>Either an admission or the reason why not.</summary>
public readonly record struct AdmissionResult(VerifiedAdmission? Admission, AdmissionRejection Rejection);
