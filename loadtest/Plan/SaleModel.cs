namespace FlashSale.LoadTest.Plan;

/// <summary>
/// A discrete-event model of a sale: units are called, reserved, paid or returned; who waits, polls
/// (<see cref="WaitingCrowd"/>).
/// </summary>
public sealed class SaleModel
{
    private const int MaxSeconds = 24 * 3600;

    private readonly PlanOptions _options;
    private readonly Random _random;
    private readonly WaitingCrowd _crowd;
    private readonly PriorityQueue<UnitEvent, double> _events = new();
    private readonly List<ModelSecond> _timeline = [];
    private readonly List<double> _waits = [];
    private int _free;
    private int _inCarts;
    private int _sold;
    private int _returned;
    private long _called;
    private double? _soldOutAt;

    public SaleModel(PlanOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _free) = (options, options.Units);
        _random = new Random(options.Seed);
        _crowd = new WaitingCrowd(options, _random);
    }

    private enum UnitEvent { Reserved, Missed, Paid, Expired }

    /// <summary>Runs the sale second by second until every unit is sold or nobody waits and nothing is under way.</summary>
    public ModelOutcome Run()
    {
        for (var at = -_options.Before.TotalSeconds; at < MaxSeconds; at++)
        {
            var joins = _crowd.JoinUntil(at + 1);
            _returned = 0;
            Settle(at);
            var admissions = at < 0 ? 0 : Admit(at);
            var polls = _crowd.PollUntil(at + 1, _called);
            var waiting = _crowd.Joined - _called;
            _timeline.Add(new ModelSecond(at, joins, waiting, admissions, _inCarts, _sold, _returned, polls,
                _crowd.Connections));
            if (_sold == _options.Units || (_crowd.IsComplete && waiting == 0 && _events.Count == 0)) break;
        }

        _waits.Sort();
        return new ModelOutcome(_timeline, _soldOutAt, _waits);
    }

    private int Admit(double at)
    {
        var admissions = 0;
        while (_free > 0 && admissions < _options.AdmitPerSecond && _called < _crowd.Joined)
        {
            _called++;
            if (Chance(_options.Away)) continue; // Passed over.
            _waits.Add(at - Math.Max(0, _crowd.JoinedAt(_called)));
            _free--;
            admissions++;
            if (Chance(_options.NoShow))
                _events.Enqueue(UnitEvent.Missed, at + _options.ClaimSeconds + _options.GraceSeconds);
            else
                _events.Enqueue(UnitEvent.Reserved, at + _crowd.NoticeSeconds(at, _called));
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
                    if (++_sold == _options.Units) _soldOutAt = at;
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
        var think = ThinkSeconds();
        if (Chance(_options.GiveBack))
            _events.Enqueue(UnitEvent.Expired, at + Math.Min(think, _options.PaySeconds));
        else if (Chance(_options.NeverPay) || think > _options.PaySeconds)
            _events.Enqueue(UnitEvent.Expired, at + _options.PaySeconds + _options.GraceSeconds);
        else
            _events.Enqueue(UnitEvent.Paid, at + think);
    }

    private void Return()
    {
        _free++;
        _returned++;
    }

    private bool Chance(double share) => _random.NextDouble() < share;

    private double ThinkSeconds()
    {
        if (_options.ThinkSeconds <= 0) return 0;
        var normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        return _options.ThinkSeconds * Math.Exp(0.6 * normal);
    }
}
