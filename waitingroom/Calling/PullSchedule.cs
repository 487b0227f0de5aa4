using FlashSale.Contract;

namespace FlashSale.Calling;

/// <summary>
/// What to ask the ledger, and when. A leader asks for changes since the last answer, and for everything when its term
/// begins, when a sale has lost track, and when what it takes for held is not what the ledger holds. Standing by, a room asks
/// for the sales' settings and the clock only.
/// </summary>
/// <param name="Since">The ledger's clock of the last answer of this term that was taken; null before.</param>
/// <param name="AskedAt">This machine's time of the last question.</param>
/// <param name="ComparedAt">Of the last one that asked for sums.</param>
/// <param name="NeedsAll">Changes alone will not do: the next question is for everything.</param>
/// <param name="Outage">The last one that was told of: a ledger that was put back to an older state shows as one, too.</param>
/// <param name="Heard">The ledger has answered in this tenure: a sale that is met first from now on is new.</param>
public sealed record PullSchedule(
    DateTimeOffset? Since, TimeSpan AskedAt, TimeSpan ComparedAt, bool NeedsAll, bool Heard, LedgerOutage? Outage)
{
    private static readonly TimeSpan s_leads = TimeSpan.FromMilliseconds(200);

    /// <summary>However often it is poked: a busy checkout pokes with every unit that comes free.</summary>
    private static readonly TimeSpan s_poked = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan s_standsBy = TimeSpan.FromMilliseconds(1000);

    /// <summary>How often what is taken for held is compared with the ledger.</summary>
    private static readonly TimeSpan s_compare = TimeSpan.FromMilliseconds(1000);

    /// <summary>Before the first question, which is due at once.</summary>
    public static PullSchedule Start { get; } =
        new(null, TimeSpan.FromDays(-1), TimeSpan.FromDays(-1), NeedsAll: false, Heard: true, Outage: null);

    /// <summary>A term begins: everything is asked for.</summary>
    /// <param name="continues">It is of the same tenure as the one before.</param>
    public PullSchedule NewTerm(bool continues) => this with { Since = null, Heard = Heard && continues };

    /// <summary>The question that is due; null for none.</summary>
    /// <param name="poked">A unit has come free in the ledger, or a sale has changed, its checkout says.</param>
    /// <param name="saleNeedsAll">A sale waits for a full snapshot.</param>
    public (PullSchedule Schedule, PullQuestion? Question) Next(Moment now, bool leads, bool poked, bool saleNeedsAll)
    {
        var waited = now.Machine - AskedAt;
        if (waited < (leads ? s_leads : s_standsBy) && !(poked && waited >= s_poked)) return (this, null);
        var full = leads && (Since is null || NeedsAll || saleNeedsAll);
        var compare = leads && !full && now.Machine - ComparedAt >= s_compare;
        DateTimeOffset? since = full ? null : leads ? Since : now.Ledger;
        return (this with { AskedAt = now.Machine, ComparedAt = compare ? now.Machine : ComparedAt },
            new PullQuestion(since, compare));
    }

    /// <summary>An answer is of this term; one to a question from before it is not.</summary>
    public bool IsOfTerm(PullQuestion question) => question.IsFull || Since is not null;

    /// <summary>An answer is about to be told to the sales.</summary>
    /// <param name="salesChanged">They are others than those that the sales were told of last, or have other settings.</param>
    /// <param name="outage">The last one that it tells of.</param>
    public PullSchedule Hear(PullQuestion question, bool salesChanged, LedgerOutage? outage)
    {
        // A change of an inventory may move more units than are told of in time, and after an outage the ledger may be
        // another: a backup, which no longer has what was sold since.
        var missed = !question.IsFull && (salesChanged || outage != Outage);
        return this with { Heard = true, NeedsAll = NeedsAll || missed, Outage = outage };
    }

    /// <summary>An answer has been told to every sale.</summary>
    /// <param name="differs">
    /// The sums differ from what a sale takes for held: a change was missed, since its transaction took longer to commit than
    /// the ledger looks back, or the ledger was put back to an older state.
    /// </param>
    public PullSchedule Taken(PullQuestion question, DateTimeOffset asOf, bool differs) =>
        this with { Since = asOf, NeedsAll = !question.IsFull && (NeedsAll || differs) };
}
