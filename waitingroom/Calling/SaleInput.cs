using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Calling;

/// <summary>What the pump has learned of one sale.</summary>
public abstract record SaleInput
{
    private SaleInput() { }

    /// <summary>A tick.</summary>
    public sealed record Tick(Sale Sale) : SaleInput;

    /// <summary>There is a line.</summary>
    public sealed record Shown(Sale Sale, SaleCommand.Look Asked, LineView View) : SaleInput
    {
        /// <summary>Number ↔ rank of this line. Whoever looks often passes the same, which keeps its tables.</summary>
        public LineOrdering Ordering { get; init; } = new();
    }

    /// <summary>There is no line, or one of another run of Redis.</summary>
    public sealed record ShownNone : SaleInput;

    /// <summary>What Redis holds of admissions, and the last epoch, whatever run it is of.</summary>
    /// <param name="Epoch">0 when there is nothing.</param>
    /// <param name="Past">The epochs up to that one, newest first.</param>
    public sealed record Loaded(
        bool Absent, IReadOnlyList<AdmittedPlace> Admissions, IReadOnlyList<AdmittedPlace> Held, uint Epoch, string Past) : SaleInput
    {
        /// <summary>Whose turn had passed unused.</summary>
        public IReadOnlyList<Place> Missed { get; init; } = [];

        /// <summary>Of a line that another leader has begun, and not opened, too.</summary>
        public long BlockedUntil { get; init; }
    }

    /// <summary>The ledger has spoken.</summary>
    /// <param name="Units">Of this sale.</param>
    /// <param name="Full">They are all of the live ones.</param>
    /// <param name="AskedAt">This machine's time before it was asked.</param>
    /// <param name="RecoverySeconds">How long shoppers of an older epoch have to take their places again.</param>
    public sealed record Told(
        Sale Sale, IReadOnlyCollection<LedgerUnit> Units, LedgerSnapshot Snapshot, bool Full, TimeSpan AskedAt,
        int RecoverySeconds) : SaleInput;

    /// <param name="Done">False when it was refused: a newer leader, or another run of Redis.</param>
    public sealed record Settled(SaleCommand.Settle Command, bool Done) : SaleInput;

    /// <param name="Done">False when it was refused.</param>
    public sealed record Begun(SaleCommand.Begin Command, bool Done) : SaleInput;

    /// <param name="Results">Which of them were admitted; null when all was refused.</param>
    public sealed record Admitted(SaleCommand.Admit Command, IReadOnlyList<bool>? Results) : SaleInput;

    /// <summary>The edges have told who is in line.</summary>
    public sealed record Counted(LiveCount Live) : SaleInput;

    /// <summary>Redis gave no answer: what was asked of it has happened or not.</summary>
    public sealed record Lost : SaleInput;

    /// <summary>An edge has changed a line that sleeps.</summary>
    public sealed record Woken : SaleInput;

    /// <summary>Another term of the same tenure begins: look again at everything.</summary>
    public sealed record NewTerm : SaleInput;
}
