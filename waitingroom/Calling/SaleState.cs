using System.Collections.Immutable;

using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Calling;

/// <summary>
/// All that a leader knows of one sale. Only <see cref="SaleDecision"/> makes a new one. The book (it can hold 50,000 carts) and what
/// was sold lately are changed in place, so a state that has been decided upon is not used again.
/// </summary>
public sealed record SaleState
{
    public required LineEpoch Line { get; init; }

    /// <summary>Which units are taken, and by whom.</summary>
    public required UnitBook Book { get; init; }

    public required RateBudget Rate { get; init; }

    /// <summary>Every admission that may be out is in the book: this leader has led without a gap, or from the sale's beginning.</summary>
    public required bool KnowsAll { get; init; }

    /// <summary>
    /// Epoch seconds of the ledger when this leader, who does not know all, first asked it: up to then others may have begun
    /// epochs. 0 before, and for whom nobody can have.
    /// </summary>
    public long OthersUntil { get; init; }

    /// <summary>Of the ledger's sum of what is held, what belongs to admissions that are not of this line.</summary>
    public long Foreign { get; init; }

    /// <summary>
    /// Epoch seconds of the ledger until which shoppers of older epochs take their places again, counted from when this leader
    /// knew the line to be open: Redis may have been slow to begin it, and without a board nobody has heard of it.
    /// </summary>
    public long RecoverUntil { get; init; }

    /// <summary>
    /// Epoch seconds until which turns last that an old copy of Redis tells of and nobody had claimed in it: they are not believed,
    /// and may be alive. 0 for none.
    /// </summary>
    public long PromisedUntil { get; init; }

    /// <summary>The epoch that this leader has known to be open, and so has told the edges of; 0 for none.</summary>
    public uint OpenEpoch { get; init; }

    /// <summary>Of the line that is in Redis, as far as this leader knows; 0 for none.</summary>
    public uint Epoch => Line is LineEpoch.Running ? OpenEpoch : View?.Epoch ?? 0;

    /// <summary>This machine's time when this leader saw first that the line is shuffled; before all time when it is not.</summary>
    public TimeSpan ShuffledAt { get; init; } = TimeSpan.MinValue;

    /// <summary>Since when this leader has seen the line awake, by this machine's time; null while it sleeps.</summary>
    public TimeSpan? AwakeSince { get; init; }

    /// <summary>This machine's time of the last look at the line.</summary>
    public TimeSpan LookedAt { get; init; } = TimeSpan.FromDays(-1);

    /// <summary>
    /// This machine's time since when nobody could be called, whatever the ledger said; null while somebody can.
    /// </summary>
    public TimeSpan? QuietSince { get; init; }

    /// <summary>The board says that the line sleeps (<see cref="LineBoard.Asleep"/>).</summary>
    public bool SaysAsleep { get; init; }

    /// <summary>What the ledger has told as sold within the last seconds.</summary>
    public SoldLately SoldLately { get; } = new();

    /// <summary>The ledger has lost a sale that it had told: it was put back.</summary>
    public bool MissesSold { get; init; }

    /// <summary>The line as last seen; null before there is one.</summary>
    public LineView? View { get; init; }

    /// <summary>
    /// Whose turn has passed unused, one for each that nobody took. Redis has it too; should it lose its data this leader tells it
    /// again, so that an old ticket wins nothing.
    /// </summary>
    public ImmutableHashSet<Place> Missed { get; init; } = [];

    /// <summary>Who is in line; null before the edges have told.</summary>
    public LiveCount? Live { get; init; }

    /// <summary>Why nobody is admitted, in words for an operator; null when all is well.</summary>
    public string? Stopped { get; init; } = "starting";

    /// <param name="isNew">The sale was created while this room led: nobody can have been admitted yet.</param>
    public static SaleState Start(bool isNew, Moment now) => new()
    {
        Line = new LineEpoch.Unknown(0, "", 0),
        Book = new UnitBook(),
        Rate = RateBudget.Full(now.Machine),
        KnowsAll = isNew,
    };

    /// <summary>It runs, and these are not the units that it takes for held (<see cref="HeldSum"/>).</summary>
    public bool DiffersFrom(long heldSum) => Line is LineEpoch.Running && heldSum != Book.HeldSum + Foreign;

    /// <summary>
    /// How many ranks beyond the head the pump looks at: as many as hold the nearest people, when many before them are gone.
    /// </summary>
    public int Horizon(Sale sale)
    {
        ArgumentNullException.ThrowIfNull(sale);
        var people = PollBudget.Horizon(sale.AdmitPerSecond, sale.PresenceSeconds);
        if (View is not { } view) return people;
        var last = LiveCount.Of(Live, view, sale).RankOf(people, view.Head, view.Next);
        return (int)Math.Clamp(last - view.Head, people, MostGone * (long)people);
    }

    /// <summary>Of so many ranks one at least is looked at as if somebody were there.</summary>
    private const int MostGone = 10;

    /// <summary>What the edges shall know; null before there is a line.</summary>
    public LineBoard? Board(Sale sale, DateTimeOffset now)
    {
        if (View is not { } view) return null;
        var live = LiveCount.Of(Live, view, sale);
        return new LineBoard
        {
            Epoch = view.Epoch,
            Next = view.Next,
            Head = view.Head,
            Shuffled = view.Shuffled,
            Horizon = Horizon(sale),
            Nearest = PollBudget.Horizon(sale.AdmitPerSecond, sale.PresenceSeconds),
            LiveFrom = live.From,
            LiveTo = live.To,
            LiveTotal = live.Total,
            Live = live.Steps,
            PresenceSeconds = sale.PresenceSeconds,
            ClaimSeconds = sale.ClaimSeconds,
            Past = view.PastEpochs,
            Waiting = live.Between(view.Head, view.Next),
            Returning = view.ReturningCount,
            Admitted = Book.AdmittedCount,
            Held = Book.HeldCount,
            Sold = Book.SoldCount,
            Available = Book.Available(sale.Inventory),
            AdmissionsPerSecond = Math.Round(Rate.PerSecond, 2),
            SkippedAbsent = view.Skipped,
            Edges = Math.Max(1, SaysAsleep ? view.EdgeIds.Count : view.Coverages.Count),
            StoppedBecause = Stopped,
            Recovering = view.RecoverUntil > now.ToUnixTimeSeconds(),
            Asleep = SaysAsleep,
            Now = now.ToUnixTimeMilliseconds(),
        };
    }
}
