namespace FlashSale.Contract;

/// <param name="Entry">The journal's row. <c>PUT /internal/keys/changes/{entry}</c> says what came of it.</param>
public sealed record KeyChangeNoted(long Entry);
