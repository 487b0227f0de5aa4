namespace FlashSale.Gateway.Challenges;

/// <param name="Text">What to work on.</param>
/// <param name="Bits">How much.</param>
/// <param name="ExpiresAt">A proof that comes later is not taken.</param>
public sealed record Challenge(string Text, int Bits, DateTimeOffset ExpiresAt);
