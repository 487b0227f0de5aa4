using FlashSale.Queue;

namespace FlashSale.LoadTest.Plan;

/// <summary>
/// Those who wait, by a sample of them: each arrives and then polls when the poll budget says, until called. So a million
/// shoppers cost the model no more than a few thousand, and what the budget does to a line that grows is simulated.
/// </summary>
internal sealed class WaitingCrowd
{
    /// <summary>Shoppers who are followed; each stands for its share of all.</summary>
    private const int MostFollowed = 4_000;

    private readonly PlanOptions _options;
    private readonly Random _random;
    private readonly int _horizon;
    private readonly double _weight;

    /// <summary>Numbers in line, by when they do something next.</summary>
    private readonly PriorityQueue<(long Number, bool Joins), double> _next = new();

    public WaitingCrowd(PlanOptions options, Random random)
    {
        (_options, _random) = (options, random);
        _horizon = PollBudget.Horizon(options.AdmitPerSecond, options.PresenceSeconds);
        var followed = (int)Math.Min(MostFollowed, options.Shoppers);
        _weight = (double)options.Shoppers / followed;
        for (var i = 0; i < followed; i++)
        {
            if (random.NextDouble() < options.Away) continue;
            var number = 1 + (long)((i + 0.5) * _weight);
            _next.Enqueue((number, true), JoinedAt(number));
        }
    }

    /// <summary>Everyone has come.</summary>
    public bool IsComplete => Joined == _options.Shoppers;

    /// <summary>How many have come so far.</summary>
    public long Joined { get; private set; }

    /// <summary>When this number was given, in seconds from the start of the sale.</summary>
    public double JoinedAt(long number) =>
        _options.Arrivals.Moment((double)number / _options.Shoppers) * _options.Arrivals.Over.TotalSeconds
        - _options.Before.TotalSeconds;

    /// <summary>Who joins until then: how many.</summary>
    public long JoinUntil(double time)
    {
        var (known, beyond) = (Joined, _options.Shoppers + 1);
        while (beyond - known > 1)
        {
            var middle = known + (beyond - known) / 2;
            if (JoinedAt(middle) <= time) known = middle;
            else beyond = middle;
        }

        var joins = known - Joined;
        Joined = known;
        return joins;
    }

    /// <summary>Polls until then.</summary>
    /// <param name="called">Numbers up to this one have been called.</param>
    public double PollUntil(double time, long called)
    {
        double polls = 0;
        while (_next.TryPeek(out var one, out var at) && at <= time)
        {
            _next.Dequeue();
            if (!one.Joins) polls += _weight;
            if (one.Number <= called) continue;
            _next.Enqueue((one.Number, false), at + PollSeconds(at, one.Number - called - 1, called));
        }

        return polls;
    }

    /// <summary>From the call until the called shopper asks.</summary>
    public double NoticeSeconds(double at, long called) => _random.NextDouble() * PollSeconds(at, 0, called);

    private double PollSeconds(double at, long ahead, long called) => PollBudget.NextPollMs(
        Joined - called, ahead, _horizon, (double)_options.PollsPerEdge * Math.Max(1, _options.Edges),
        _options.PresenceSeconds, (long)(-1000 * at), _random.NextDouble()) / 1000.0;
}
