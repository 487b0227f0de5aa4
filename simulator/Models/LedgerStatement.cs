namespace FlashSale.Simulator.Models;

/// <summary>
/// What a statement came to. Its change has its locks from now on, and is seen when <see
/// cref="LedgerModel.Commit"/> is called with it.
/// </summary>
/// <param name="Outcome">
/// Null: it waits for a change that has not committed (<see cref="Waits"/>). Call it again, with the same
/// time, when that change has ended.
/// </param>
/// <param name="Change">Null: there is nothing to commit.</param>
public readonly record struct LedgerStatement<T>(T? Outcome, LedgerChange? Change) where T : class
{
    /// <summary>It did nothing yet, and holds nothing.</summary>
    public bool Waits => Outcome is null;
}
