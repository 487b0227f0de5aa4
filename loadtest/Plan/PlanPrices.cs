namespace FlashSale.LoadTest.Plan;

/// <summary>Prices an hour and a gigabyte: assumptions, to be replaced by one's own.</summary>
public sealed record PlanPrices
{
    /// <summary>One virtual core with 2 GB of memory, an hour.</summary>
    public double CoreHour { get; init; } = 0.045;

    /// <summary>One gigabyte of Redis, with its replica, an hour.</summary>
    public double RedisGigabyteHour { get; init; } = 0.04;

    /// <summary>The managed MySQL primary with a standby, an hour.</summary>
    public double LedgerHour { get; init; } = 0.40;

    /// <summary>A gigabyte of traffic out.</summary>
    public double TrafficGigabyte { get; init; } = 0.08;
}
