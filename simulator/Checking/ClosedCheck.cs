using FlashSale.Contract;

namespace FlashSale.Simulator.Checking;

/// <summary>
/// Invariant 8: fail closed. Nobody is admitted by a room that has been followed, without a line, while the line is being
/// rebuilt, when the sale is not open, faster than the operator allows, or without the ledger.
/// </summary>
internal sealed class ClosedCheck(Known known, ICollection<Violation> found) : Check(known, found)
{
    /// <summary>The ledger's clock is read on its way; a room takes what it read for now.</summary>
    private const long ClockMs = 500;

    private readonly Queue<Fact.Admitted> _lately = new();
    private Fact.Admitted? _highest;

    public override void Judge(Fact fact)
    {
        if (fact is Fact.EpochBegan began) Judge(began);
        if (fact is Fact.OrderFixed order) Judge(order);
        if (fact is not Fact.Admitted { IsRebuilt: false } admitted) return;
        JudgeFence(admitted);
        JudgeLine(admitted);
        JudgeLedger(admitted);
        JudgeSale(admitted);
        JudgeRate(admitted);
    }

    private void Judge(Fact.EpochBegan began)
    {
        _highest = null;
        if (Known.Epoch is not { } before) return;
        if (began.Epoch <= before.Epoch)
            Violated(7, $"epoch {began.Epoch} begins after epoch {before.Epoch}: its places would go first", before, began);
        if (Known.LineLost is null && Known.Given.GetValueOrDefault(before.Epoch) > 0)
            Violated(7, $"epoch {began.Epoch} begins though Redis has lost nothing of the one before", before, began);
    }

    private void Judge(Fact.OrderFixed order)
    {
        if (Known.Sale is not { } sale) return;
        if (order.At < Rules.TrueTime(sale.StartsAt))
            Violated(8, "the order is fixed before the sale starts", order);
        var given = Known.Given.GetValueOrDefault(order.Epoch);
        if (sale.Order == LineOrder.Shuffle && order.Count != given)
            Violated(3, $"{order.Count} numbers are shuffled, {given} were given", order);
        if (Known.Orders.TryGetValue(order.Epoch, out var before) && before.Count != order.Count)
            Violated(3, "the order is fixed a second time", before, order);
    }

    private void JudgeFence(Fact.Admitted admitted)
    {
        if (_highest is { } highest && admitted.Fence < highest.Fence)
            Violated(8, $"room {admitted.Room} admits with fence {admitted.Fence} after room {highest.Room} with fence {highest.Fence}",
                highest, admitted);
        else _highest = admitted;
    }

    private void JudgeLine(Fact.Admitted admitted)
    {
        if (Known.LineLost is { } lost)
            Violated(8, $"number {admitted.Place.Number} is admitted though Redis may have lost the line", lost, admitted);
        if (Known.Epoch is not { } epoch)
            Violated(8, $"number {admitted.Place.Number} is admitted before there is a line", admitted);
        else if (!Known.IsFirstEpoch && admitted.At < epoch.At + Rules.RecoveryMs
            && !Known.Troubles.OfLedger(admitted.Room, epoch.At - Rules.StaleMs, epoch.At))
            Violated(8, $"number {admitted.Place.Number} is admitted while older tickets take their places again", epoch, admitted);
    }

    private void JudgeLedger(Fact.Admitted admitted)
    {
        var looked = Known.Troubles.LastLook(admitted.Room, admitted.At);
        if (Known.Troubles.SilentSince(admitted.Room, admitted.At) is { } silent && silent.At < looked - Rules.StaleMs)
            Violated(8, $"room {admitted.Room} admits without having heard the ledger for {Seconds(looked - silent.At)}", silent, admitted);
    }

    /// <summary>Open by some settings that the room may still have gone by.</summary>
    private void JudgeSale(Fact.Admitted admitted)
    {
        var looked = Known.Troubles.LastLook(admitted.Room, admitted.At);
        var slow = Known.Troubles.OfLedger(admitted.Room, looked - Rules.StaleMs, looked);
        var since = looked - (slow ? Rules.StaleMs : Rules.PullMs);
        for (var i = Known.Settings.Count - 1; i >= 0; i--)
        {
            if (WhyClosed(Known.Settings[i].Sale, looked, admitted.At) is null) return;
            if (Known.Settings[i].At <= since) break;
        }

        if (Known.Sale is { } sale)
            Violated(8, $"number {admitted.Place.Number} is admitted though the sale {WhyClosed(sale, looked, admitted.At) ?? "was closed"}",
                Known.Settings[^1], admitted);
    }

    private string? WhyClosed(Sale sale, long looked, long at)
    {
        if (sale.Paused) return "is paused";
        if (at < Rules.TrueTime(sale.StartsAt)) return "has not started";
        return sale.EndsAt is { } end && looked >= Rules.TrueTime(end) + ClockMs ? "has ended" : null;
    }

    /// <summary>A bucket of one second, which a new leader may find full; a link that was slow delivers two at once.</summary>
    private void JudgeRate(Fact.Admitted admitted)
    {
        _lately.Enqueue(admitted);
        while (_lately.Peek().At <= Known.Troubles.LastLook(admitted.Room, admitted.At) - 1000) _lately.Dequeue();
        var since = _lately.Peek().At - Rules.StaleMs;
        var allowed = Known.Settings.Where((_, i) => i + 1 == Known.Settings.Count || Known.Settings[i + 1].At >= since)
            .Max(one => one.Sale.AdmitPerSecond);
        var first = _lately.Peek();
        var seconds = (admitted.At - Known.Troubles.LastLook(first.Room, first.At)) / 1000.0;
        var mine = _lately.Where(one => one.Fence == admitted.Fence).ToList();
        if (mine.Count > allowed * (1 + seconds) + 1)
            Violated(8, $"{mine.Count} are admitted within {seconds:0.0} s, at most {allowed} a second are allowed", [.. mine]);
    }
}
