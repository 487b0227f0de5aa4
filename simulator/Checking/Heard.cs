namespace FlashSale.Simulator.Checking;

/// <summary>An edge has answered a shopper that the place waits: it has seen the shopper between these times.</summary>
/// <param name="NextPollMs">When they were told to poll next.</param>
public sealed record Heard(Fact Fact, long SentAt, long At, int Edge, int NextPollMs);
