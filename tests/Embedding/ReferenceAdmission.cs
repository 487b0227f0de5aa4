namespace FlashSale.Tests.Embedding;

/// <summary>What a <see cref="ReferenceShop"/> keeps of a token.</summary>
internal sealed record ReferenceAdmission(string Token, string Id, string Kid, int Unit, DateTimeOffset ExpiresAt);
