using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.WaitingRoom.Ledger;

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

/// <summary>Claims the admission of a place; claiming again gives the same one.</summary>
public sealed class Claiming(SaleCatalog catalog, ILineServer redis)
{
    /// <exception cref="LineUnavailableException">Whether it is claimed is not known.</exception>
    public async Task<ClaimOutcome> ClaimAsync(SaleId sale, Place place)
    {
        var keys = new LineKeys(sale);
        var answer = await redis.RunAsync(
            Script.Claim, [keys.Line, keys.Admitted, keys.Held, keys.Places(place.Epoch)],
            [LineKeys.Field(place), (long)place.Number, catalog.Clock.GetUtcNow().ToUnixTimeSeconds()])
            .ConfigureAwait(false);
        if (answer.IsNull) return new ClaimOutcome.Rebuilding();

        var (state, unit, redeemBy) = ((PlaceState)(int)answer[0], (int)answer[1], (long)answer[2]);
        return state switch
        {
            PlaceState.Waiting => new ClaimOutcome.NotYourTurn(),
            PlaceState.Bought => new ClaimOutcome.AlreadyBought(),
            PlaceState.Admitted when unit > 0 => new ClaimOutcome.Admitted(unit, redeemBy),
            // After a loss of Redis the ledger says what is in a cart, but not until when it could have been put there.
            PlaceState.Redeemed when unit > 0 => new ClaimOutcome.InCart(
                unit, redeemBy > 0 ? redeemBy : catalog.Clock.GetUtcNow().ToUnixTimeSeconds()),
            _ => new ClaimOutcome.Missed(),
        };
    }
}
