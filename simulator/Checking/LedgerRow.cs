using FlashSale.Contract;

namespace FlashSale.Simulator.Checking;

/// <summary>One reservation, or a withdrawn unit, as the ledger has it.</summary>
/// <param name="Fact">What committed its present state.</param>
/// <param name="Number">That fact's number among all.</param>
public sealed record LedgerRow(Fact.Committed Fact, int Number)
{
    public int Unit => Fact.Unit;

    public int Shopper => Fact.Shopper;

    public string Admission => Fact.Admission;

    public UnitState State => Fact.State;

    public bool IsLive => State is not UnitState.Released;

    /// <summary>When it came to live again by putting the ledger back, whatever became of it since; before all time when never.</summary>
    public long RevivedAt { get; init; } = long.MinValue;
}
