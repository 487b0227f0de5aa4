using FlashSale.Admission;

namespace FlashSale.Gateway.Gate;

/// <param name="Reason">For a developer: why a token that was shown does not count.</param>
public readonly record struct Judgement(GateVerdict Verdict, VerifiedAdmission? Admission, string? Reason = null);
