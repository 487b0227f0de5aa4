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

    /// <summary>How long an edge remembers a burst of joins.</summary>
    private const double MemorySeconds = 10;

    private readonly PlanOptions _options;
    private readonly Random _random;
    private readonly int _horizon;
    private readonly double _weight;

    /// <summary>Those followed, by when they do something next.</summary>
    private readonly PriorityQueue<(int Index, bool Joins), double> _next = new();

    /// <summary>When each of those followed was last heard; their connections, in the order in which they run idle.</summary>
    private readonly double[] _heardAt;
    private readonly Queue<(int Index, double At)> _connections = new();
    private int _open;
    private double _joinsPerSecond;

    public WaitingCrowd(PlanOptions options, Random random)
    {
        (_options, _random) = (options, random);
        _horizon = PollBudget.Horizon(options.AdmitPerSecond, options.PresenceSeconds);
        var followed = (int)Math.Min(MostFollowed, options.Shoppers);
        _weight = (double)options.Shoppers / followed;
        _heardAt = new double[followed];
        Array.Fill(_heardAt, double.NegativeInfinity);
        for (var i = 0; i < followed; i++) _next.Enqueue((i, true), JoinedAt(NumberOf(i)));
    }

    /// <summary>Connections that shoppers hold now.</summary>
    public double Connections => _open * _weight;

    /// <summary>Everyone has come.</summary>
    public bool IsComplete => Joined == _options.Shoppers;

    /// <summary>How many have come so far.</summary>
    public long Joined { get; private set; }

    /// <summary>When this number was given, in seconds from the start of the sale.</summary>
    public double JoinedAt(long number) =>
        _options.Arrivals.Moment((double)number / _options.Shoppers) * _options.Arrivals.Over.TotalSeconds
        - _options.Before.TotalSeconds;

    /// <summary>Who joins in the second that ends then: how many.</summary>
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
        _joinsPerSecond = Math.Max(joins, _joinsPerSecond * Math.Exp(-1 / MemorySeconds));
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
            Hear(one.Index, at);
            if (!one.Joins) polls += _weight;
            else if (_random.NextDouble() < _options.Away) continue;
            var ahead = NumberOf(one.Index) - called - 1;
            if (ahead >= 0) _next.Enqueue((one.Index, false), at + PollSeconds(at, ahead, called));
        }

        while (_connections.TryPeek(out var oldest) && oldest.At <= time - _options.IdleSeconds)
            if (_heardAt[_connections.Dequeue().Index] == oldest.At) _open--;
        return polls;
    }

    private void Hear(int index, double at)
    {
        if (_heardAt[index] <= at - _options.IdleSeconds) _open++;
        _heardAt[index] = at;
        _connections.Enqueue((index, at));
    }

    private long NumberOf(int index) => 1 + (long)((index + 0.5) * _weight);

    /// <summary>From the call until the called shopper asks.</summary>
    public double NoticeSeconds(double at, long called) => _random.NextDouble() * PollSeconds(at, 0, called);

    private double PollSeconds(double at, long ahead, long called) => new PollBudget(
        Joined - called, _horizon, (double)_options.PollsPerEdge * Math.Max(1, _options.Edges), _options.PresenceSeconds,
        _options.ClaimSeconds, _joinsPerSecond).NextPollMs(ahead, (long)(-1000 * at), _random.NextDouble()) / 1000.0;
}
