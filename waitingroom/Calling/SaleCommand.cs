using FlashSale.Contract;

namespace FlashSale.Calling;

/// <summary>What the pump shall do in Redis for one sale. Its answer, or that there was none, is the next input.</summary>
public abstract record SaleCommand
{
    private SaleCommand() { }

    /// <summary>Look at the line (<c>look.lua</c>). Answer: <see cref="SaleInput.Shown"/>, or <see cref="SaleInput.ShownNone"/>.</summary>
    /// <param name="Wanted">Units that may be given; 0 when none: nobody's presence needs to be read.</param>
    /// <param name="Started">The sale has started: the order is fixed now, once.</param>
    public sealed record Look(int Wanted, LineOrder Order, bool Started) : SaleCommand
    {
        /// <summary>Of those who came back at most so many more than there are units: some are away again.</summary>
        private const int Spare = 100;

        /// <summary>How many of those who came back to read.</summary>
        public int Returning => Wanted == 0 ? 0 : Wanted + Spare;
    }

    /// <summary>Read what Redis holds of admissions. Answer: <see cref="SaleInput.Loaded"/>.</summary>
    /// <param name="Absent">The line itself is gone.</param>
    public sealed record Load(bool Absent) : SaleCommand;

    /// <summary>Write what the ledger says (<c>settle.lua</c>). Answer: <see cref="SaleInput.Settled"/>.</summary>
    /// <param name="AsOf">Of the snapshot that said so.</param>
    public sealed record Settle(IReadOnlyList<Settlement> Settlements, DateTimeOffset AsOf) : SaleCommand;

    /// <summary>Begin an epoch (<c>begin.lua</c>, <c>settle.lua</c>, <c>open.lua</c>). Answer: <see cref="SaleInput.Begun"/>.</summary>
    /// <param name="AsOf">Of the snapshot that it begins with.</param>
    /// <param name="Admitted">How many admissions are known.</param>
    public sealed record Begin(
        uint Epoch, string Past, long RecoverUntil, long BlockedUntil, LineOrder Order, bool Started,
        IReadOnlyList<Settlement> Settlements, DateTimeOffset AsOf, int Admitted) : SaleCommand
    {
        /// <summary>The epochs up to this one, should it be lost before it was looked at.</summary>
        public string PastWithIt => $"{Epoch}:{(Started ? "0" : "-")} {Past}".TrimEnd();
    }

    /// <summary>Admit (<c>admit.lua</c>). Answer: <see cref="SaleInput.Admitted"/>.</summary>
    public sealed record Admit(LineView View, Choice Choice) : SaleCommand;
}

/// <summary>What the pump has learned of one sale.</summary>
public abstract record SaleInput
{
    private SaleInput() { }

    /// <summary>A tick.</summary>
    public sealed record Tick(Sale Sale) : SaleInput;

    /// <summary>There is a line.</summary>
    public sealed record Shown(Sale Sale, SaleCommand.Look Asked, LineView View) : SaleInput;

    /// <summary>There is no line, or one of another run of Redis.</summary>
    public sealed record ShownNone : SaleInput;

    /// <summary>What Redis holds of admissions, and the last epoch, whatever run it is of.</summary>
    /// <param name="Epoch">0 when there is nothing.</param>
    /// <param name="Past">The epochs up to that one, newest first.</param>
    public sealed record Loaded(
        bool Absent, IReadOnlyList<AdmittedPlace> Admissions, IReadOnlyList<AdmittedPlace> Held, uint Epoch, string Past) : SaleInput;

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

    /// <summary>Redis gave no answer: what was asked of it has happened or not.</summary>
    public sealed record Lost : SaleInput;

    /// <summary>Another term of the same tenure begins: look again at everything.</summary>
    public sealed record NewTerm : SaleInput;
}
