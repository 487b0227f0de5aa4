namespace FlashSale.LoadTest.Clients;

/// <summary>It is your turn: the token and its unit.</summary>
/// <param name="ContinueUrl">Where the waiting page would send the browser.</param>
public sealed record AdmissionAnswer(
    string AdmissionId, string Token, int Unit, DateTimeOffset RedeemBy, string? ContinueUrl = null);
