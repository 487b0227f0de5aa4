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
    Line line, TicketSigner signer, TicketReader tickets, EnqueueTokens tokens, JoinChallenges challenges, RateLimits limits,
    Purchases purchases, LedgerClock clock, PlaceMoves? moves = null,
    KeepShopCall? keepShopCall = null)
{
    /// <summary>
    /// 1 Who is it? 2 May they? 3 The work, if any, and the limit by address. 4 The place. 5 Where the place that they had has
    /// ended, 3 and 4 again: every number costs. Sets the ticket's cookie (and the visitor's).
    /// </summary>
    /// <param name="replace">
    /// Whether a live place of another shopper, which this browser has, shall be given up for that of the enqueue token: links
    /// must not do it, only a shopper who has been asked.
    /// </param>
    /// <remarks>Its state comes from a pool, as that of <see cref="Line.JoinAsync"/> does.</remarks>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<JoinAnswer> JoinAsync(
        HttpContext context, ListedSale listed, string? enqueueToken, string? proof = null, bool replace = false)
    {
        var joiner = await WhoAsync(context, listed, enqueueToken, replace).ConfigureAwait(false);
        if (joiner.Shopper is not { } who) return TooMany(context) ?? joiner.Why!;

        var state = PublicSaleStates.Of(listed.Sale, line.Board(listed.Sale.Id), clock.GetUtcNow());
        if (state is PublicSaleState.Scheduled or PublicSaleState.SoldOut or PublicSaleState.Ended)
            return await WithoutJoiningAsync(context, listed, joiner, state).ConfigureAwait(false);

        // Who has a ticket has paid for its place, and for no other.
        var (after, refused) = (Line.NoNumber, (JoinAnswer.Refused?)null);
        if (joiner.Held is null) (after, refused) = Pay(context, listed, joiner, proof, last: null);
        if (refused is not null) return refused;
        var outcome = await line.JoinAsync(listed.Sale, who, after).ConfigureAwait(false);
        if (outcome is JoinOutcome.NotPaid { Number: var last })
        {
            if (joiner.Held is { } ticket && await ProvenAsync(context, listed, ticket).ConfigureAwait(false) is { } proven) return proven;
            (after, refused) = Pay(context, listed, joiner, proof, last);
            if (refused is not null) return refused;
            outcome = await line.JoinAsync(listed.Sale, who, after).ConfigureAwait(false);
        }

        return outcome switch
        {
            JoinOutcome.Joined joined => await TakenAsync(context, listed, joiner, joined).ConfigureAwait(false),
            JoinOutcome.AlreadyBought => await BoughtAsync(context, listed, who).ConfigureAwait(false),
            JoinOutcome.TooSoon soon => new JoinAnswer.Refused(
                Problem.SlowDown, RetryAfterSeconds: (int)Math.Ceiling(soon.Wait.TotalSeconds)),
            _ => new JoinAnswer.Refused(Problem.Unavailable),
        };
    }

    /// <summary>What a number costs, the same for everyone and every time: the number after which another is paid for.</summary>
    /// <param name="last">The number that the shopper had before; null while it is not known.</param>
    private (long After, JoinAnswer.Refused? Refused) Pay(
        HttpContext context, ListedSale listed, Who joiner, string? proof, uint? last)
    {
        var shopper = joiner.Shopper!.Value;
        if (challenges.SolvedAfter(listed.Sale, shopper, proof) is { } after && (last ?? after) == after) return (after, null);
        if (challenges.Ask(context, listed.Sale, shopper, last ?? 0) is { } challenge)
            return (0, new JoinAnswer.Refused(Problem.ChallengeRequired, Challenge: challenge));
        // A flood from a shared address has neither a place, nor a proof, nor the storefront's word: who shows one is not
        // counted for what others do there.
        return (last ?? 0, joiner.IsVouched ? null : TooMany(context));
    }

    /// <summary>A place that Redis has lost: its ticket proves it. Null where that is not how it is.</summary>
    private async ValueTask<JoinAnswer?> ProvenAsync(HttpContext context, ListedSale listed, Ticket ticket)
    {
        if (line.Board(listed.Sale.Id)?.Epoch == ticket.Place.Epoch) return null;
        return await line.StatusAsync(ticket, listed.Sale).ConfigureAwait(false) switch
        {
            null => new JoinAnswer.Refused(Problem.Unavailable),
            { State: PlaceState.Bought } => await BoughtAsync(context, listed, ticket.Shopper).ConfigureAwait(false),
            { State: PlaceState.Waiting or PlaceState.Admitted or PlaceState.Redeemed } status =>
                new JoinAnswer.Has(ticket, signer.Sign(ticket), status, false),
            _ => null,
        };
    }

    private JoinAnswer.Refused? TooMany(HttpContext context) => limits.Joins.Take(context) is { } wait
        ? new JoinAnswer.Refused(Problem.SlowDown, RetryAfterSeconds: wait) : null;

    /// <summary>
    /// The storefront's word comes first, then a ticket of this sale (whose shopper was vouched for when it was given),
    /// then the visitor's cookie where the sale allows it. A word that does not count, or cannot be checked at the moment,
    /// takes nothing from who has a ticket. Without a shopper: why.
    /// </summary>
    private async ValueTask<Who> WhoAsync(
        HttpContext context, ListedSale listed, string? enqueueToken, bool replace)
    {
        Ticket? held = tickets.TryRead(context.Request, listed, out var ticket) ? ticket : null;
        if (enqueueToken is not null)
        {
            var verdict = await tokens.VerifyAsync(enqueueToken, listed).ConfigureAwait(false);
            if (verdict.Shopper is { } vouched)
            {
                var who = held is not { } other || other.Shopper == vouched ? new Who(vouched, held, IsVouched: true)
                    : replace ? new Who(vouched, null, IsVouched: true) : await InsteadOfAsync(listed, other, vouched).ConfigureAwait(false);
                return who with { IsCalledByShop = verdict.WantsToBeTold };
            }

            if (held is null)
                return Who.Nobody(verdict.IsKnown ? Problem.EnqueueTokenInvalid : Problem.Unavailable, verdict.Reason);
        }
        if (held is not null) return new Who(held.Value.Shopper, held);
        if (moves is not null && tickets.Refusal(context.Request, listed) == Problem.PlaceMoved)
            return Who.Nobody(Problem.PlaceMoved);
        return listed.Sale.Identity == IdentityRule.Storefront
            ? Who.Nobody(
                Problem.EnqueueTokenInvalid, "enqueueToken: is required, the sale is for shoppers whom its storefront vouches for")
            : new Who(Credentials.EnsureVisitor(context), null);
    }

    /// <summary>A link is for another shopper than this browser's: it replaces no place that is alive.</summary>
    private async ValueTask<Who> InsteadOfAsync(
        ListedSale listed, Ticket held, ShopperId vouched) =>
        await line.StatusAsync(held, listed.Sale).ConfigureAwait(false) switch
        {
            null => Who.Nobody(Problem.Unavailable),
            { State: PlaceState.Missed or PlaceState.Left or PlaceState.Released } => new Who(vouched, null, IsVouched: true),
            _ => Who.Nobody(Problem.PlaceOfAnother),
        };

    private async ValueTask<JoinAnswer.Refused> BoughtAsync(HttpContext context, ListedSale listed, ShopperId shopper) =>
        new(Problem.AlreadyBought, Purchase: await purchases.FindAsync(listed.Sale.Id, shopper, context.RequestAborted).ConfigureAwait(false));

    /// <summary>Nobody new gets in; a place that lives on is still answered, and who has bought is told so on any device.</summary>
    private async ValueTask<JoinAnswer> WithoutJoiningAsync(
        HttpContext context, ListedSale listed, Who joiner, PublicSaleState state)
    {
        var shopper = joiner.Shopper!.Value;
        if (joiner.Held is { } ticket)
        {
            var status = await line.StatusAsync(ticket, listed.Sale).ConfigureAwait(false);
            if (status is null) return new JoinAnswer.Refused(Problem.Unavailable);
            if (status.Value.State == PlaceState.Bought) return await BoughtAsync(context, listed, shopper).ConfigureAwait(false);
            if (status.Value.State is PlaceState.Waiting or PlaceState.Admitted or PlaceState.Redeemed)
                return new JoinAnswer.Has(ticket, signer.Sign(ticket), status.Value, false);
        }
        if (state == PublicSaleState.Scheduled) return new JoinAnswer.Refused(Problem.JoiningNotOpen, listed.Sale.QueueOpensAt);
        // Whom the storefront vouches for, and a visitor of before, may have a place or an order by another device.
        var isKnown = joiner.Held is null && (joiner.IsVouched || Credentials.Visitor(context.Request) is not null);
        return (isKnown ? await line.JoinAsync(listed.Sale, shopper, Line.NoNumber).ConfigureAwait(false) : null) switch
        {
            JoinOutcome.Joined joined => await TakenAsync(context, listed, joiner, joined).ConfigureAwait(false),
            JoinOutcome.AlreadyBought => await BoughtAsync(context, listed, shopper).ConfigureAwait(false),
            JoinOutcome.NotReady => new JoinAnswer.Refused(Problem.Unavailable),
            _ => new JoinAnswer.Refused(Problem.SaleEnded, SaleState: state),
        };
    }

    private async ValueTask<JoinAnswer> TakenAsync(
        HttpContext context, ListedSale listed, Who joiner, JoinOutcome.Joined joined)
    {
        var ticket = new Ticket(listed.Sale.Id, joined.Place, joiner.Shopper!.Value)
        {
            Moves = moves?.Of(listed.Sale.Id, joined.Place) ?? 0,
        };
        // The browser that it moved from has the visitor's cookie still.
        if (ticket.Moves > 0 && !joiner.IsVouched && joiner.Held?.Moves != ticket.Moves)
            return new JoinAnswer.Refused(Problem.PlaceMoved);
        var text = signer.Sign(ticket);
        Credentials.SetTicket(context, listed, text);
        if (joiner.IsCalledByShop && joined.IsNew && keepShopCall is not null)
            await keepShopCall(listed.Sale, ticket).ConfigureAwait(false);
        var status = await line.StatusAsync(ticket, listed.Sale).ConfigureAwait(false);
        // Redis failed between the two calls. A new place surely waits; what has become of an older one is not known, and
        // who was called must not be told to wait.
        if (status is null && !joined.IsNew) return new JoinAnswer.Refused(Problem.Unavailable);
        return new JoinAnswer.Has(ticket, text, status ?? new PlaceStatus(PlaceState.Waiting, 0, -1, 0), joined.IsNew);
    }

    /// <param name="Held">The ticket that the shopper shows.</param>
    /// <param name="IsVouched">By the storefront, now.</param>
    /// <param name="Why">Nobody may join, and this is why.</param>
    private readonly record struct Who(
        ShopperId? Shopper, Ticket? Held, bool IsVouched = false, JoinAnswer.Refused? Why = null)
    {
        /// <summary>The storefront wants to be told when this shopper is to be called.</summary>
        public bool IsCalledByShop { get; init; }

        public static Who Nobody(Problem problem, string? detail = null) =>
            new(null, null, Why: new JoinAnswer.Refused(problem, Detail: detail));
    }
}
