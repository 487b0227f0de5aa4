using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.WaitingRoom.Ledger;

namespace FlashSale.WaitingRoom.Claims;

/// <summary>Claims the admission of a place; claiming again gives the same one.</summary>
public sealed class Claiming(PulledSales catalog, ILineServer redis)
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
