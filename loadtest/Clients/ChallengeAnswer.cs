namespace FlashSale.LoadTest.Clients;

/// <summary>Work to do: <see cref="Contract.ProofOfWork"/>.</summary>
public sealed record ChallengeAnswer(string Challenge, int Bits);
