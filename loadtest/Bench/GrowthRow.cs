namespace FlashSale.LoadTest.Bench;

/// <summary>The figures at one length of the line; rates are medians, a second.</summary>
/// <param name="Waiting">Shoppers in the line while it was polled.</param>
/// <param name="JoinedFrom">Shoppers in the line before the rounds of joins, which lengthen it.</param>
/// <param name="JoinedTo">Shoppers in it after them.</param>
/// <param name="RedisBytes">Redis memory for each waiting shopper.</param>
public sealed record GrowthRow(
    long Waiting, double Polls, double BarePolls, long JoinedFrom, long JoinedTo, double Joins, double BareJoins,
    double RedisBytes)
{
    public double PollRatio => Polls / BarePolls;

    public double JoinRatio => Joins / BareJoins;
}
