using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Calling;

/// <summary>
/// When a line sleeps: nobody can be called, and what is known of it is on the board. It is looked at seldom then,
/// and costs next to nothing. Whoever changes it wakes it: the ledger by what it tells, time and an operator by what
/// would be said of it, an edge by <c>wake.lua</c>. An edge that ends in between, or did not know, has only made a
/// turn begin later: by <see cref="Looks"/> at the most.
/// </summary>
public static class Sleep
{
    /// <summary>
    /// A line that has been quiet for so long says that it sleeps: who comes now and then does not wake it each time.
    /// </summary>
    private static readonly TimeSpan s_lull = TimeSpan.FromSeconds(2);

    /// <summary>
    /// And does it after this time: by then every edge has read it, or has lost Redis and will read it first.
    /// </summary>
    private static readonly TimeSpan s_heard = TimeSpan.FromSeconds(1);

    /// <summary>So often a sleeping line is looked at all the same.</summary>
    public static TimeSpan Looks { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Nothing is to be done for the line now.</summary>
    public static bool Is(SaleState state, Sale sale, Moment now) =>
        IsDeep(state, sale, now) && now.Machine - state.LookedAt < Looks;

    /// <summary>It sleeps, but for a look to be sure that may be due.</summary>
    public static bool IsDeep(SaleState state, Sale sale, Moment now)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state is { SaysAsleep: true, QuietSince: { } since } && now.Machine - since >= s_lull + s_heard
            && SaleDecision.WhyStopped(sale, state, state.View, now) == state.Stopped;
    }

    /// <summary>After a look.</summary>
    public static SaleState Seen(SaleState state, Sale sale, Moment now)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!IsQuiet(state, sale)) return Awake(state);
        var since = state.QuietSince ?? now.Machine;
        return state with { QuietSince = since, SaysAsleep = now.Machine - since >= s_lull };
    }

    /// <summary>After the ledger's word.</summary>
    public static SaleState Told(SaleState state, Sale sale, IReadOnlyCollection<Settlement> settlements)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(settlements);
        return settlements.Count > 0 || !IsQuiet(state, sale) ? Awake(state) : state;
    }

    /// <summary>Something has changed, or may have: it is looked at with the next tick.</summary>
    public static SaleState Awake(SaleState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.QuietSince is null && !state.SaysAsleep
            ? state : state with { QuietSince = null, SaysAsleep = false };
    }

    /// <summary>
    /// Nobody has a turn, or a token, that could end, no sale is so fresh that the ledger could lose it unseen, and nobody waits
    /// for a turn; or those who wait cannot get one, since the sale is over or sold out.
    /// </summary>
    private static bool IsQuiet(SaleState state, Sale sale)
    {
        if (state is not { Line: LineEpoch.Running, View: { } view }) return false;
        if (state.Book.AdmittedCount > 0 || state.Book.TokensOut.Count > 0 || !state.SoldLately.IsEmpty) return false;
        if (state.Stopped == LineBoard.Ended || state.Book.SoldCount >= sale.Inventory) return true;
        return view.Head >= view.Next && view.ReturningCount == 0;
    }
}
