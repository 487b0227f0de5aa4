namespace FlashSale.LoadTest.Plan;

/// <summary>What one core does, from the bench's JSON, and what things weigh.</summary>
public sealed record PlanCosts
{
    /// <summary>Polls a second and core of an edge.</summary>
    public double PollsPerCore { get; init; }

    /// <summary>Joins a second and core of an edge.</summary>
    public double JoinsPerCore { get; init; }

    /// <summary>Waiting pages a second and core of an edge.</summary>
    public double PagesPerCore { get; init; }

    /// <summary>Gated requests a second and core of an edge.</summary>
    public double GatedPerCore { get; init; }

    /// <summary>Processor time of the ledger for a whole purchase, in milliseconds of a core.</summary>
    public double LedgerMs { get; init; }

    /// <summary>The same of a checkout.</summary>
    public double CheckoutMs { get; init; }

    /// <summary>Redis bytes a waiting shopper.</summary>
    public double RedisBytes { get; init; }

    /// <summary>Edge bytes a waiting shopper.</summary>
    public double EdgeBytes { get; init; }

    /// <summary>Bytes of one poll on the wire, both ways, headers included.</summary>
    public double PollBytes { get; init; } = 900;

    /// <summary>Bytes of the waiting page's first load.</summary>
    public double PageBytes { get; init; } = 10_000;
}
