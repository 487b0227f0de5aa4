using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Tickets;
using FlashSale.Queue;

namespace FlashSale.Gateway.Claims;

/// <summary>Exchanges a ticket for the admission token, by JSON and by form alike.</summary>
public sealed class ClaimExchange(
    Line line, TicketReader tickets, WaitingRooms waitingRooms, Purchases purchases, LedgerClock clock)
{
    /// <summary>The cookie of an admission lives as long as the token: redeem-by, the time to pay and the grace.</summary>
    public async ValueTask<ExchangeOutcome> ClaimAsync(HttpContext context, ListedSale listed)
    {
        var outcome = await ExchangeAsync(context, listed).ConfigureAwait(false);
        EdgeMetrics.Claimed(
            listed.Sale.Id.Value, outcome is ExchangeOutcome.Refused refused ? refused.Problem.Code : "claimed");
        return outcome;
    }

    private async ValueTask<ExchangeOutcome> ExchangeAsync(HttpContext context, ListedSale listed)
    {
        if (!tickets.TryRead(context.Request, listed, out var ticket))
            return new ExchangeOutcome.Refused(tickets.Refusal(context.Request, listed));
        if (await tickets.RefusalNowAsync(ticket).ConfigureAwait(false) is { } gone) return new ExchangeOutcome.Refused(gone);

        var status = await line.StatusAsync(ticket, listed.Sale).ConfigureAwait(false);
        if (status is not { } place) return new ExchangeOutcome.Refused(Problem.Unavailable);
        // Another edge may have read a newer board, and told this shopper of the turn.
        if (Refusal(listed, place) is { } problem && !(problem == Problem.NotYourTurn && line.MayBeCalled(ticket.Sale, place)))
            return await RefusedAsync(problem).ConfigureAwait(false);

        var (answer, refused) = await waitingRooms.ClaimAsync(ticket, context.RequestAborted).ConfigureAwait(false);
        if (answer is null) return await RefusedAsync(refused!).ConfigureAwait(false);

        var age = answer.RedeemBy - clock.GetUtcNow()
            + TimeSpan.FromSeconds(listed.Sale.LongestPaySeconds);
        if (age > TimeSpan.Zero) Credentials.SetAdmission(context, listed, answer.Token, age);
        return new ExchangeOutcome.Claimed(answer);

        async ValueTask<ExchangeOutcome> RefusedAsync(Problem why) => new ExchangeOutcome.Refused(
            why, why == Problem.NotYourTurn ? (ticket, place) : null, why == Problem.AlreadyBought
                ? await purchases.FindAsync(listed.Sale.Id, ticket.Shopper, context.RequestAborted).ConfigureAwait(false) : null);
    }

    /// <summary>What the edge can refuse by itself; who is admitted, or has been, asks the waiting room.</summary>
    private Problem? Refusal(ListedSale listed, PlaceStatus status) => status.State switch
    {
        PlaceState.Admitted or PlaceState.Redeemed => null,
        PlaceState.Missed or PlaceState.Left => Problem.AdmissionMissed,
        PlaceState.Released => Problem.AdmissionSpent,
        PlaceState.Bought => Problem.AlreadyBought,
        _ => PublicSaleStates.Of(listed.Sale, line.Board(listed.Sale.Id), clock.GetUtcNow())
            is PublicSaleState.SoldOut or PublicSaleState.Ended ? Problem.SaleEnded : Problem.NotYourTurn,
    };
}
