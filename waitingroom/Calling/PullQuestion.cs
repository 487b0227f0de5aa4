namespace FlashSale.Calling;

/// <summary>A question to the ledger.</summary>
/// <param name="Since">Null for everything.</param>
/// <param name="Sums">To be told of what is held in all, too.</param>
public sealed record PullQuestion(DateTimeOffset? Since, bool Sums)
{
    /// <summary>The answer lists every live unit.</summary>
    public bool IsFull => Since is null;
}
