namespace FlashSale.WaitingRoom.Claims;

/// <summary>How a claim ended: a closed set.</summary>
public abstract record ClaimOutcome
{
    private ClaimOutcome() { }

    /// <summary>The unit waits for this shopper.</summary>
    /// <param name="RedeemBy">Epoch seconds of the ledger's clock.</param>
    public sealed record Admitted(int Unit, long RedeemBy) : ClaimOutcome;

    /// <summary>The unit is in the shopper's cart already.</summary>
    /// <param name="RedeemBy">Epoch seconds of the ledger's clock: now, where it is not known any more.</param>
    public sealed record InCart(int Unit, long RedeemBy) : ClaimOutcome;

    /// <summary>Not called yet.</summary>
    public sealed record NotYourTurn : ClaimOutcome;

    /// <summary>The turn has passed, or the place has ended.</summary>
    public sealed record Missed : ClaimOutcome;
    public sealed record AlreadyBought : ClaimOutcome;

    /// <summary>There is no line at the moment.</summary>
    public sealed record Rebuilding : ClaimOutcome;
}
