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
    /// <param name="Epoch">The line's.</param>
    public sealed record Settle(IReadOnlyList<Settlement> Settlements, DateTimeOffset AsOf, uint Epoch) : SaleCommand;

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
