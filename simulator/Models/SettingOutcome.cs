using FlashSale.Contract;

namespace FlashSale.Simulator.Models;

/// <summary>What became of a change of the sale: a closed set.</summary>
public abstract record SettingOutcome
{
    private SettingOutcome() { }

    public sealed record Saved(Sale Sale) : SettingOutcome;

    /// <summary>More units are held or sold than the wanted inventory.</summary>
    public sealed record InventoryInUse : SettingOutcome;
}
