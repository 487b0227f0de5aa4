namespace FlashSale.Simulator.Time;

/// <summary>What is planned, by time and then in the order of planning: a heap whose nodes have four children.</summary>
internal sealed class EventQueue
{
    private const int Children = 4;

    private Planned[] _heap = new Planned[128];
    private int _count;
    private long _sequence;

    internal readonly record struct Planned(long At, long Sequence, IHappening What, SimulatedProcess? Owner)
    {
        public bool IsBefore(in Planned other) => At < other.At || (At == other.At && Sequence < other.Sequence);
    }

    public void Add(long at, IHappening what, SimulatedProcess? owner)
    {
        if (_count == _heap.Length) Array.Resize(ref _heap, 2 * _count);
        var one = new Planned(at, _sequence++, what, owner);
        var hole = _count++;
        while (hole > 0)
        {
            var parent = (hole - 1) / Children;
            if (!one.IsBefore(_heap[parent])) break;
            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = one;
    }

    /// <summary>Takes the next one; false when there is none until then.</summary>
    public bool TryTake(long until, out Planned next)
    {
        next = default;
        if (_count == 0 || _heap[0].At > until) return false;
        next = _heap[0];
        var last = _heap[--_count];
        _heap[_count] = default;
        if (_count > 0) Sink(last);
        return true;
    }

    private void Sink(in Planned one)
    {
        var hole = 0;
        while (true)
        {
            var first = hole * Children + 1;
            if (first >= _count) break;
            var least = first;
            var end = Math.Min(first + Children, _count);
            for (var child = first + 1; child < end; child++)
                if (_heap[child].IsBefore(_heap[least])) least = child;
            if (!_heap[least].IsBefore(one)) break;
            _heap[hole] = _heap[least];
            hole = least;
        }

        _heap[hole] = one;
    }
}
