namespace FlashSale.Simulator.Time;

/// <summary>
/// What is planned, by time and then in the order of planning: a heap whose nodes have four children. The heap holds numbers
/// only, and what they stand for has a slot beside it: what moves in it is no reference that the collector must hear of.
/// </summary>
internal sealed class EventQueue
{
    private const int Children = 4;

    /// <summary>Of a key: the order of planning is above, the slot below.</summary>
    private const int SlotBits = 20;
    private const int MaxSlots = 1 << SlotBits;

    private (long At, long Key)[] _heap = new (long, long)[128];
    private (IHappening? What, SimulatedProcess? Owner)[] _slots = new (IHappening?, SimulatedProcess?)[128];
    private int[] _free = [.. Enumerable.Range(0, 128)];
    private int _count;
    private long _sequence;

    internal readonly record struct Planned(long At, IHappening What, SimulatedProcess? Owner);

    public void Add(long at, IHappening what, SimulatedProcess? owner)
    {
        if (_count == _heap.Length) Grow();
        var slot = _free[_count];
        _slots[slot] = (what, owner);
        var key = (_sequence++ << SlotBits) | (long)slot;
        var hole = _count++;
        while (hole > 0)
        {
            var parent = (hole - 1) / Children;
            if (!IsBefore(at, key, _heap[parent])) break;
            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = (at, key);
    }

    /// <summary>Takes the next one; false when there is none until then.</summary>
    public bool TryTake(long until, out Planned next)
    {
        next = default;
        if (_count == 0 || _heap[0].At > until) return false;
        var slot = (int)(_heap[0].Key & (MaxSlots - 1));
        next = new Planned(_heap[0].At, _slots[slot].What!, _slots[slot].Owner);
        _slots[slot] = default;
        _free[--_count] = slot;
        if (_count > 0) Sink(_heap[_count]);
        return true;
    }

    private static bool IsBefore(long at, long key, in (long At, long Key) other) =>
        at < other.At || (at == other.At && key < other.Key);

    private void Sink((long At, long Key) one)
    {
        var hole = 0;
        while (true)
        {
            var first = hole * Children + 1;
            if (first >= _count) break;
            var least = first;
            var end = Math.Min(first + Children, _count);
            for (var child = first + 1; child < end; child++)
                if (IsBefore(_heap[child].At, _heap[child].Key, _heap[least])) least = child;
            if (!IsBefore(_heap[least].At, _heap[least].Key, one)) break;
            _heap[hole] = _heap[least];
            hole = least;
        }

        _heap[hole] = one;
    }

    private void Grow()
    {
        var size = 2 * _count;
        if (size > MaxSlots) throw new InvalidOperationException("too much is planned");
        Array.Resize(ref _heap, size);
        Array.Resize(ref _slots, size);
        Array.Resize(ref _free, size);
        for (var slot = _count; slot < size; slot++) _free[slot] = slot;
    }
}
