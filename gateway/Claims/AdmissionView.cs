namespace FlashSale.Gateway.Claims;

/// <summary>What a shopper gets whose turn it is.</summary>
/// <param name="ContinueUrl">Where the browser goes on.</param>
public sealed record AdmissionView(
    string AdmissionId, string Token, int Unit, DateTimeOffset RedeemBy, string ContinueUrl);
