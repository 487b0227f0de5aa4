namespace FlashSale.Admission;

/// <summary>Says that an endpoint needs an admission; see <c>RequireAdmission()</c>.</summary>
/// <param name="Sale">The sale, or null for the route's <c>{sale}</c> or the configured one.</param>
public sealed record AdmissionRequiredMetadata(string? Sale);
