using FlashSale.Contract;

namespace FlashSale.Simulator.Models;

/// <summary>What became of a beat of the pulse: a closed set.</summary>
public abstract record BeatOutcome
{
    private BeatOutcome() { }

    /// <summary>The pulse is young, or is now.</summary>
    public sealed record Beaten : BeatOutcome;

    /// <summary>The ledger had been out; so many carts got that time back.</summary>
    public sealed record OutageEnded(LedgerOutage Outage, int Carts) : BeatOutcome;
}
