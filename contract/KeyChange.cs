namespace FlashSale.Contract;

/// <summary>
/// A waiting room is asked to change a signing key: may this operator, and does the journal tell of it?
/// <c>POST /internal/keys/changes</c> answers with a <see cref="KeyChangeNoted"/>, or <c>apiKeyInvalid</c> or <c>notAllowed</c>.
/// </summary>
/// <param name="Key">As the operator has shown it; null: the environment's admin key, which the waiting room knows itself.</param>
/// <param name="Action">What is done: <c>key.rotate</c>, <c>key.revoke</c>.</param>
/// <param name="Kid">Which key is revoked.</param>
/// <param name="From">The operator's address.</param>
public sealed record KeyChange(string? Key, string Action, string? Kid, string From);
