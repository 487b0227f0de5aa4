using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Simulator;

/// <summary>
/// Something that truly happened in a run, in the order in which it happened. The world tells facts and judges nothing; the
/// checker reads them and nothing else.
/// </summary>
/// <param name="At">True time in ms since <see cref="Scenario.Epoch"/>.</param>
public abstract record Fact(long At)
{
    /// <summary>The sale's settings, from now on in the ledger.</summary>
    public sealed record SaleChanged(long At, Sale Sale) : Fact(At);

    /// <summary>Redis has given a place (<c>join.lua</c> ran, whether or not its answer arrived): a new number.</summary>
    public sealed record PlaceGiven(long At, int Shopper, Place Place) : Fact(At);

    /// <summary>
    /// The order of an epoch is fixed: the first look after the start (<c>look.lua</c>), or a line begun after it.
    /// </summary>
    /// <param name="Count">How many numbers are shuffled; 0 in a fifo order.</param>
    public sealed record OrderFixed(long At, uint Epoch, long Count) : Fact(At);

    /// <summary>A shopper has read the answer to a join.</summary>
    public sealed record Joined(long At, int Shopper, Place Place, bool IsNew) : Fact(At)
    {
        /// <summary>Who answered: 0, 1, …; -1 when it is not said.</summary>
        public int Edge { get; init; } = -1;

        /// <summary>When the request was sent.</summary>
        public long SentAt { get; init; } = At;
    }

    /// <summary>A shopper has read the answer to a poll.</summary>
    /// <param name="NextPollMs">When they shall poll next.</param>
    public sealed record Polled(long At, int Shopper, Place Place, PlaceState State, long Ahead, int NextPollMs) : Fact(At)
    {
        /// <summary>Who answered: 0, 1, …; -1 when it is not said.</summary>
        public int Edge { get; init; } = -1;

        /// <summary>When the request was sent.</summary>
        public long SentAt { get; init; } = At;
    }

    /// <summary>
    /// From now on (<paramref name="Obeys"/> true) this shopper polls as told and is answered; or (false) something outside
    /// of the line keeps them from it: their own habit, or faults between them and Redis (no edge answers).
    /// </summary>
    public sealed record Presence(long At, int Shopper, bool Obeys) : Fact(At);

    /// <summary>A shopper sent a request to leave; from here on the place may be gone.</summary>
    public sealed record Leaving(long At, int Shopper, Place Place) : Fact(At);

    /// <summary>Leaving was acknowledged.</summary>
    public sealed record Left(long At, int Shopper, Place Place) : Fact(At);

    /// <summary>Redis has given a unit to a place (<c>admit.lua</c> ran, whether or not its answer arrived).</summary>
    /// <param name="Rank">The calling position that the leader gave.</param>
    /// <param name="RedeemBy">Epoch seconds of the ledger's clock.</param>
    public sealed record Admitted(long At, Place Place, long Rank, int Unit, long RedeemBy, int Room, long Fence) : Fact(At)
    {
        /// <summary>
        /// The room had decided it before Redis lost the line, and only the new one has it (<c>settle.lua</c>): its time and
        /// order are those of a decision that nobody saw.
        /// </summary>
        public bool IsRebuilt { get; init; }
    }

    /// <summary>A shopper has read the answer to a claim: the token is out.</summary>
    public sealed record Claimed(long At, int Shopper, Place Place, int Unit, long RedeemBy) : Fact(At);

    /// <summary>A claim was refused.</summary>
    public sealed record ClaimRefused(long At, int Shopper, Place Place, string Why) : Fact(At)
    {
        /// <summary>When the request was sent.</summary>
        public long SentAt { get; init; } = At;
    }

    /// <summary>A shopper's question was not answered, or by a 503.</summary>
    /// <param name="SentAt">When the request was sent.</param>
    public sealed record Unanswered(long At, int Shopper, Question What, long SentAt) : Fact(At);

    /// <summary>
    /// A row of the ledger has committed in its new state: what everyone can see from now on. Where a change of the
    /// inventory is one commit of several rows and the sale, those of the rows are told first. A step of a payment may tell
    /// the state of before again.
    /// </summary>
    /// <param name="Shopper">0 when withdrawn, or back (released) from being withdrawn.</param>
    public sealed record Committed(long At, int Unit, int Shopper, string Admission, UnitState State) : Fact(At);

    /// <summary>A shopper was told that the unit is in the cart, is sold, or has been given back.</summary>
    public sealed record Acknowledged(long At, int Shopper, int Unit, string Admission, UnitState State) : Fact(At);

    /// <summary>A redemption was refused.</summary>
    /// <param name="ByClock">The ledger's clock was past redeem-by.</param>
    public sealed record RedeemRefused(long At, int Shopper, int Unit, string Admission, string Why, bool ByClock) : Fact(At)
    {
        /// <summary>When the request was sent.</summary>
        public long SentAt { get; init; } = At;
    }

    /// <summary>Something was broken, or mended.</summary>
    /// <param name="Target">As in <see cref="FaultPlan"/>.</param>
    public sealed record Fault(long At, FaultKind Kind, int Target, bool Begins) : Fact(At);

    /// <summary>
    /// The ledger's rows are from now on those of an earlier time: what was committed after <paramref name="To"/> is gone. When
    /// the sale's settings change by it, a <see cref="SaleChanged"/> follows.
    /// </summary>
    public sealed record LedgerRestored(long At, long To) : Fact(At)
    {
        /// <summary>How many facts had been told at that earlier time; -1: all up to and with <see cref="To"/>.</summary>
        public int FactsThen { get; init; } = -1;
    }

    /// <summary>The line has a new epoch: Redis had lost it, or this is the first.</summary>
    public sealed record EpochBegan(long At, uint Epoch) : Fact(At);
}
