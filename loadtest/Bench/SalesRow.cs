namespace FlashSale.LoadTest.Bench;

/// <summary>
/// What so many open sales cost that nobody joins, and the busy one beside them. Percentages are of one core.
/// </summary>
/// <param name="Idle">Open sales that nobody joins.</param>
/// <param name="RedisCommands">A second, while nobody is anywhere.</param>
/// <param name="TurnMs">Median time, in the busy sale, from a unit given back to the next shopper's turn.</param>
public sealed record SalesRow(
    int Idle, double WaitingRoom, double Edge, double Redis, double Checkout, double RedisCommands, double TurnMs)
{
    /// <summary>The two that the line costs.</summary>
    public double Line => WaitingRoom + Redis;
}
