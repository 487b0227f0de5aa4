namespace FlashSale.Calling;

/// <summary>A question to the ledger.</summary>
/// <param name="Since">Null for everything.</param>
/// <param name="Sums">To be told of what is held in all, too.</param>
/// <param name="At">This machine's time when it is asked.</param>
public sealed record PullQuestion(DateTimeOffset? Since, bool Sums, TimeSpan At)
{
    /// <summary>The answer lists every live unit.</summary>
    public bool IsFull => Since is null;
}
