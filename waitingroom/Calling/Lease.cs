namespace FlashSale.Calling;

/// <summary>What a waiting room knows of the lease of the one pump, and what it makes of it.</summary>
/// <param name="Term">The last one granted; null when standing by.</param>
/// <param name="RenewedAt">This machine's time before the question that granted or renewed it.</param>
/// <param name="AskedAt">This machine's time before the last question that was answered, or was not.</param>
/// <param name="AbsentSince">Since when nobody has held the lease; null when somebody does.</param>
/// <param name="AloneSince">This machine's time since when Redis has told of no other room; null when it tells of one.</param>
/// <param name="AnotherLeads">As far as is known.</param>
public sealed record Lease(
    Term? Term, TimeSpan RenewedAt, TimeSpan AskedAt, TimeSpan? AbsentSince, long HighestFence, TimeSpan? AloneSince, bool AnotherLeads)
{
    /// <summary>How long a lease is valid, in ms; a dead leader is replaced after that.</summary>
    public const int ValidMs = 2000;

    private static readonly TimeSpan s_valid = TimeSpan.FromMilliseconds(ValidMs);

    /// <summary>A lease is believed in for less than Redis believes in it.</summary>
    private static readonly TimeSpan s_believed = TimeSpan.FromMilliseconds(ValidMs - 500);

    /// <summary>A lease that Redis has lost is left to its holder for this long.</summary>
    private static readonly TimeSpan s_courtesy = TimeSpan.FromMilliseconds(1000);

    /// <summary>
    /// So long Redis tells of a room that says nothing any more (<c>lease.lua</c>). Who has not been told of none for that long does not
    /// know whether there are others, nor does who was told so by a Redis that had just lost the lease, and the rooms with it.
    /// </summary>
    private static readonly TimeSpan s_alone = TimeSpan.FromSeconds(10);

    /// <summary>Rooms ask several times a second, and give up an answer after 1.5 s: who has not for this long stood still.</summary>
    private static readonly TimeSpan s_asks = TimeSpan.FromSeconds(2.5);

    /// <summary>Before the first answer.</summary>
    public static Lease None { get; } = new(null, TimeSpan.Zero, TimeSpan.FromDays(-1), null, 0, null, AnotherLeads: false);

    /// <summary>The term, while the lease is surely held; null when standing by.</summary>
    public Term? Current(TimeSpan now) => Term is not null && now - RenewedAt < s_believed ? Term : null;

    /// <summary>What to ask for now.</summary>
    public LeaseQuestion Ask(TimeSpan now)
    {
        // A lost lease is its holder's, or the only room's, to take again at once, as if it had not been lost.
        var goesOn = Term is null ? "no" : now - RenewedAt < s_believed ? "yes" : IsAlone(now) ? "alone" : "no";
        var mayTake = goesOn != "no" || (AbsentSince is { } absent && now - absent > s_courtesy);
        return new LeaseQuestion(now, HighestFence, mayTake, Term?.Tenure ?? 0, goesOn);
    }

    /// <summary>The lease as it is after an answer.</summary>
    public Lease Heard(LeaseQuestion asked, LeaseAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(answer);
        // While it was under way a newer leader may have been met (Fenced).
        var granted = answer.Fence != 0 && answer.Fence >= HighestFence;
        var tenure = Term is { } before && answer.Tenure == before.Tenure && !GoesOnSurely(before, asked, answer)
            ? answer.Fence : answer.Tenure;
        var renewed = granted && Term is not null && Term.Fence == answer.Fence && Term.Run == answer.Run;
        return new Lease(
            Term: !granted ? null : renewed ? Term : new Term(answer.Fence, answer.Run, tenure),
            RenewedAt: granted ? asked.At : RenewedAt,
            AskedAt: asked.At,
            AbsentSince: answer.Fence == 0 && answer.Holder.Length == 0 ? AbsentSince ?? asked.At : null,
            HighestFence: Math.Max(HighestFence, Math.Max(answer.Fence, answer.PreviousFence)),
            AloneSince: answer.Others > 0 ? null
                : answer.PreviousFence == 0 || StoodStill(asked.At) ? asked.At : AloneSince ?? asked.At,
            AnotherLeads: answer.Fence == 0 && answer.Holder.Length > 0);
    }

    /// <summary>
    /// When the lease was renewed last there was no other room, and this one has gone on asking. It cannot know of a room that was
    /// started since and that it could not hear of, cut off from Redis: that this Redis then loses all before that room is heard
    /// of is not provided for.
    /// </summary>
    private bool IsAlone(TimeSpan now) => AloneSince is { } since && RenewedAt - since >= s_alone && !StoodStill(now);

    private bool StoodStill(TimeSpan now) => now - AskedAt > s_asks;

    /// <summary>
    /// Nobody else can have led since the term before. What Redis has of the lease proves that while it is valid, or in the
    /// run of Redis that granted it; another run can be an old copy, in which this room still holds what has since been
    /// another's, and which questions whose answers were lost keep valid.
    /// </summary>
    private bool GoesOnSurely(Term before, LeaseQuestion asked, LeaseAnswer answer)
    {
        var isValid = answer.Fence == answer.PreviousFence && asked.At - RenewedAt < s_valid;
        var isSameRun = before.Run.Length > 0 && before.Run == answer.Run;
        return isValid || isSameRun || asked.GoesOn == "yes" || (asked.GoesOn == "alone" && answer.Others == 0);
    }

    /// <summary>Redis gave no answer.</summary>
    public Lease Unheard(LeaseQuestion asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        return this with { AskedAt = asked.At, AnotherLeads = false };
    }

    /// <summary>A script was refused because of a higher fence: the lease is not worth anything.</summary>
    /// <param name="by">The higher fence.</param>
    public Lease Fenced(Term term, long by) =>
        this with { HighestFence = Math.Max(HighestFence, by), Term = ReferenceEquals(Term, term) ? null : Term };
}
