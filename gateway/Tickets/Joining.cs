using System.Runtime.CompilerServices;

using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Challenges;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Enqueue;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>Joining the line, by JSON and by form alike.</summary>
public sealed class Joining(
    Line line, TicketSigner signer, TicketReader tickets, EnqueueTokens tokens, JoinChallenges challenges, RateLimits limits, LedgerClock clock)
{
    /// <summary>
    /// 1 Who is it? 2 May they? 3 The work, if any, and the limit by address. 4 The place. Sets the ticket's cookie (and the
    /// visitor's).
    /// </summary>
    /// <remarks>Its state comes from a pool, as that of <see cref="Line.JoinAsync"/> does.</remarks>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<JoinAnswer> JoinAsync(
        HttpContext context, ListedSale listed, string? enqueueToken, string? proof = null)
    {
        var (shopper, held, reason) = await WhoAsync(context, listed, enqueueToken).ConfigureAwait(false);
        if (shopper is not { } who)
            return TooMany(context) ?? new JoinAnswer.Refused(Problem.EnqueueTokenInvalid, Detail: reason);

        var state = PublicSaleStates.Of(listed.Sale, line.Board(listed.Sale.Id), clock.GetUtcNow());
        if (state is PublicSaleState.Scheduled or PublicSaleState.SoldOut or PublicSaleState.Ended)
            return await WithoutJoiningAsync(listed, held, state).ConfigureAwait(false);

        // Who has a ticket has come this way before.
        if (held is null && !challenges.IsSolved(listed.Sale, who, proof))
        {
            if (challenges.Ask(context, listed.Sale, who) is { } challenge)
                return new JoinAnswer.Refused(Problem.ChallengeRequired, Challenge: challenge);
            // A flood from a shared address has neither a ticket, nor a proof, nor the storefront's word: who shows one is
            // not counted for what others do there.
            if (enqueueToken is null && TooMany(context) is { } tooMany) return tooMany;
        }

        return await line.JoinAsync(listed.Sale, who).ConfigureAwait(false) switch
        {
            JoinOutcome.Joined joined => await TakenAsync(context, listed, who, joined).ConfigureAwait(false),
            JoinOutcome.AlreadyBought => new JoinAnswer.Refused(Problem.AlreadyBought),
            _ => new JoinAnswer.Refused(Problem.Unavailable),
        };
    }

    private JoinAnswer.Refused? TooMany(HttpContext context) => limits.Joins.Take(context) is { } wait
        ? new JoinAnswer.Refused(Problem.SlowDown, RetryAfterSeconds: wait) : null;

    /// <summary>
    /// The storefront's word comes first, then a ticket of this sale (whose shopper was vouched for when it was given),
    /// then the visitor's cookie where the sale allows it.
    /// </summary>
    private async ValueTask<(ShopperId? Shopper, Ticket? Held, string? Reason)> WhoAsync(
        HttpContext context, ListedSale listed, string? enqueueToken)
    {
        Ticket? held = tickets.TryRead(context.Request, listed, out var ticket)
            ? ticket : null;
        if (enqueueToken is not null)
        {
            var (vouched, reason) = await tokens.VerifyAsync(enqueueToken, listed, context.RequestAborted).ConfigureAwait(false);
            return (vouched, held?.Shopper == vouched ? held : null, reason);
        }
        if (held is not null) return (held.Value.Shopper, held, null);
        return listed.Sale.Identity == IdentityRule.Storefront
            ? (null, null, "enqueueToken: is required, the sale is for shoppers whom its storefront vouches for")
            : (Credentials.EnsureVisitor(context), null, null);
    }

    /// <summary>Nobody new gets in; a place that lives on is still answered.</summary>
    private async ValueTask<JoinAnswer> WithoutJoiningAsync(ListedSale listed, Ticket? held, PublicSaleState state)
    {
        if (held is { } ticket)
        {
            var status = await line.StatusAsync(ticket, listed.Sale).ConfigureAwait(false);
            if (status is null) return new JoinAnswer.Refused(Problem.Unavailable);
            if (status.Value.State == PlaceState.Bought) return new JoinAnswer.Refused(Problem.AlreadyBought);
            if (status.Value.State is PlaceState.Waiting or PlaceState.Admitted or PlaceState.Redeemed)
                return new JoinAnswer.Has(ticket, signer.Sign(ticket), status.Value, false);
        }
        return state == PublicSaleState.Scheduled
            ? new JoinAnswer.Refused(Problem.JoiningNotOpen, listed.Sale.QueueOpensAt)
            : new JoinAnswer.Refused(Problem.SaleEnded);
    }

    private async ValueTask<JoinAnswer> TakenAsync(
        HttpContext context, ListedSale listed, ShopperId shopper, JoinOutcome.Joined joined)
    {
        var ticket = new Ticket(listed.Sale.Id, joined.Place, shopper);
        var text = signer.Sign(ticket);
        Credentials.SetTicket(context, listed, text);
        var status = await line.StatusAsync(ticket, listed.Sale).ConfigureAwait(false);
        // Redis failed between the two calls. A new place surely waits; what has become of an older one is not known, and
        // who was called must not be told to wait.
        if (status is null && !joined.IsNew) return new JoinAnswer.Refused(Problem.Unavailable);
        return new JoinAnswer.Has(ticket, text, status ?? new PlaceStatus(PlaceState.Waiting, 0, -1, 0), joined.IsNew);
    }
}
