using FlashSale.Checkout.Operators;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;

namespace FlashSale.Checkout.Dashboard;

/// <summary>
/// What is remembered of one sale from one sample to the next: the points of its charts, its last events, and what rates
/// are made from. Used by <see cref="LiveFeed"/> alone, one sample at a time.
/// </summary>
internal sealed class LiveHistory
{
    /// <summary>Half an hour at a sample a second; older points leave first.</summary>
    private const int MaxPoints = 1800;

    /// <summary>Events kept and shown.</summary>
    private const int MaxEvents = 60;

    /// <summary>Rates are over about this long.</summary>
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(5);

    private readonly LinkedList<LiveEvent> _events = new();
    private readonly Queue<double?[]> _points = new();
    private readonly Queue<(DateTimeOffset At, uint Epoch, long Joined)> _joins = new();
    private (Sale Sale, string State, string? Stopped, int? Edges)? _last;

    /// <summary>The newest change of a unit that has been seen.</summary>
    public DateTimeOffset ChangesSince { get; private set; }

    public IReadOnlyList<double?[]> Points => [.. _points];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<LiveEvent> Events => [.. _events.OrderByDescending(one => one.At)];

    public double? JoinsPerSecond { get; private set; }

    public void Take(SaleRow row, string state, UnitNumbers units, LineNumbers? line, DateTimeOffset now)
    {
        if (ChangesSince == default) ChangesSince = now.AddMinutes(-10);
        Rate(line, now);
        Notice(row.Sale, state, line, now);
        _points.Enqueue(
        [
            now.ToUnixTimeSeconds(), units.Sold, units.Held, units.Admitted, units.Available, line?.Waiting, JoinsPerSecond,
            line?.AdmissionsPerSecond,
        ]);
        while (_points.Count > MaxPoints) _points.Dequeue();
    }

    public void Take(IReadOnlyList<LiveEvent> changes)
    {
        foreach (var change in changes) Add(change);
        if (changes.Count > 0) ChangesSince = changes[^1].At;
    }

    private void Rate(LineNumbers? line, DateTimeOffset now)
    {
        if (line is null)
        {
            JoinsPerSecond = null;
            return;
        }

        if (_joins.TryPeek(out var oldest) && oldest.Epoch != line.Epoch) _joins.Clear();
        _joins.Enqueue((now, line.Epoch, line.Joined));
        while (_joins.Count > 2 && now - _joins.Peek().At > s_window) _joins.Dequeue();
        var (at, _, joined) = _joins.Peek();
        var seconds = (now - at).TotalSeconds;
        JoinsPerSecond = seconds > 0 ? Math.Max(0, Math.Round((line.Joined - joined) / seconds, 1)) : 0;
    }

    private void Notice(Sale sale, string state, LineNumbers? line, DateTimeOffset now)
    {
        if (_last is var (before, wasState, wasStopped, wasEdges))
        {
            foreach (var (name, from, to) in Settings(before, sale))
                if (!Equals(from, to)) Add(new LiveEvent(now, "settings", Name: name, To: to));
            if (wasState != state) Add(new LiveEvent(now, "state", To: state));
            if (line is not null && wasStopped != line.StoppedBecause)
                Add(new LiveEvent(now, line.StoppedBecause is null ? "going" : "stopped", To: line.StoppedBecause));
            if (line is not null && wasEdges is not null && wasEdges != line.Edges) Add(new LiveEvent(now, "edges", To: line.Edges));
        }

        _last = (sale, state, line is null ? _last?.Stopped : line.StoppedBecause, line?.Edges ?? _last?.Edges);
    }

    private static IEnumerable<(string Name, object? From, object? To)> Settings(Sale a, Sale b) =>
    [
        ("name", a.Name, b.Name), ("inventory", a.Inventory, b.Inventory),
        ("queueOpensAt", a.QueueOpensAt, b.QueueOpensAt), ("startsAt", a.StartsAt, b.StartsAt), ("endsAt", a.EndsAt, b.EndsAt),
        ("admitPerSecond", a.AdmitPerSecond, b.AdmitPerSecond), ("claimSeconds", a.ClaimSeconds, b.ClaimSeconds),
        ("paySeconds", a.PaySeconds, b.PaySeconds),
        ("authenticationSeconds", a.AuthenticationSeconds, b.AuthenticationSeconds), ("paused", a.Paused, b.Paused), ("message", a.Message, b.Message),
        ("beacon", a.Beacon, b.Beacon), ("beaconValue", a.BeaconValue, b.BeaconValue),
    ];

    private void Add(LiveEvent one)
    {
        _events.AddFirst(one);
        while (_events.Count > MaxEvents) _events.RemoveLast();
    }
}
