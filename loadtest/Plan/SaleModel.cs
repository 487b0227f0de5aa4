namespace FlashSale.LoadTest.Plan;

/// <summary>One second of a modelled sale.</summary>
/// <param name="At">Seconds from the start; negative before it.</param>
public readonly record struct ModelSecond(
    double At, long Joins, long Waiting, int Admissions, int InCarts, int Sold, int Returned, double Polls);

/// <summary>What the model says of a sale.</summary>
/// <param name="SoldOutAt">Seconds from the start until the last unit was paid, or null when the line ran dry first.</param>
/// <param name="Waits">Seconds from joining (or the start, when later) to the call, of those who were called; sorted.</param>
public sealed record ModelOutcome(IReadOnlyList<ModelSecond> Timeline, double? SoldOutAt, IReadOnlyList<double> Waits)
{
    public double PeakPolls => Timeline.Count == 0 ? 0 : Timeline.Max(second => second.Polls);

    public long PeakJoins => Timeline.Count == 0 ? 0 : Timeline.Max(second => second.Joins);

    public long PeakWaiting => Timeline.Count == 0 ? 0 : Timeline.Max(second => second.Waiting);
}

/// <summary>
/// A discrete-event model of a sale. The units are events (called, reserved, paid, returned), the crowd is a number: those
/// who wait only poll, and how often is the poll budget's formula. So a million shoppers cost the model no more than a
/// thousand.
/// </summary>
public sealed class SaleModel(PlanOptions options, Func<long, long, double> pollsPerSecond)
{
    private const int MaxSeconds = 24 * 3600;
    private readonly Random _random = new(options.Seed);
    private readonly PriorityQueue<UnitEvent, double> _events = new();
    private readonly List<ModelSecond> _timeline = [];
    private readonly List<double> _waits = [];
    private int _free = options.Units;
    private int _inCarts;
    private int _sold;
    private int _returned;
    private long _joined;
    private long _called;
    private double? _soldOutAt;

    private enum UnitEvent { Reserved, Missed, Paid, Expired }

    /// <summary>Runs the sale second by second until every unit is sold or nobody waits and nothing is under way.</summary>
    public ModelOutcome Run()
    {
        for (var at = -options.Before.TotalSeconds; at < MaxSeconds; at++)
        {
            var joins = Arrivals(at);
            _joined += joins;
            var soldBefore = _sold;
            _returned = 0;
            Settle(at);
            var admissions = at < 0 ? 0 : Admit(at);
            var waiting = _joined - _called;
            var polls = _soldOutAt is null ? pollsPerSecond(waiting, options.Edges) : 0;
            _timeline.Add(new ModelSecond(at, joins, waiting, admissions, _inCarts, _sold, _returned, polls));
            if (_sold == options.Units || (Arrived(at) && waiting == 0 && _events.Count == 0)) break;
        }

        _waits.Sort();
        return new ModelOutcome(_timeline, _soldOutAt, _waits);
    }

    private bool Arrived(double at) => at >= options.Arrive.TotalSeconds - options.Before.TotalSeconds;

    private long Arrivals(double at)
    {
        var elapsed = at + 1 + options.Before.TotalSeconds;
        var due = (long)Math.Min(options.Shoppers, options.Shoppers * (elapsed / options.Arrive.TotalSeconds));
        return due - _joined;
    }

    private int Admit(double at)
    {
        var admissions = (int)Math.Min(Math.Min(_free, options.AdmitPerSecond), _joined - _called);
        for (var i = 0; i < admissions; i++)
        {
            var joinedAt = _called * options.Arrive.TotalSeconds / options.Shoppers - options.Before.TotalSeconds;
            _waits.Add(at - Math.Max(0, joinedAt));
            _called++;
            _free--;
            if (Chance(options.NoShow))
                _events.Enqueue(UnitEvent.Missed, at + options.ClaimSeconds + options.GraceSeconds);
            else
                _events.Enqueue(UnitEvent.Reserved, at + NoticeSeconds());
        }

        return admissions;
    }

    private void Settle(double until)
    {
        while (_events.TryPeek(out var what, out var at) && at <= until)
        {
            _events.Dequeue();
            switch (what)
            {
                case UnitEvent.Reserved:
                    _inCarts++;
                    Reserve(at);
                    break;
                case UnitEvent.Paid:
                    _inCarts--;
                    if (++_sold == options.Units) _soldOutAt = at;
                    break;
                case UnitEvent.Expired:
                    _inCarts--;
                    Return();
                    break;
                default:
                    Return();
                    break;
            }
        }
    }

    private void Reserve(double at)
    {
        var pay = ThinkSeconds();
        if (Chance(options.NeverPay) || pay > options.PaySeconds)
            _events.Enqueue(UnitEvent.Expired, at + options.PaySeconds + options.GraceSeconds);
        else
            _events.Enqueue(UnitEvent.Paid, at + pay);
    }

    private void Return()
    {
        _free++;
        _returned++;
    }

    private bool Chance(double share) => _random.NextDouble() < share;

    // A called shopper is near the head, so polls about every second or two, then claims and reserves.
    private double NoticeSeconds() => 0.2 + 2 * _random.NextDouble();

    private double ThinkSeconds()
    {
        if (options.ThinkSeconds <= 0) return 0;
        var normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        return options.ThinkSeconds * Math.Exp(0.6 * normal);
    }
}
