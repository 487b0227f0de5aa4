using FlashSale.Calling;
using FlashSale.Gateway.Tickets;
using FlashSale.Queue;
using FlashSale.Simulator.Time;
using FlashSale.WaitingRoom.Claims;

namespace FlashSale.Simulator.World;

/// <summary>One tab of a shopper: joins, polls as told, claims, and goes to the checkout.</summary>
internal sealed class Tab(SaleWorld world, Shopper shopper, Chance chance, bool isFirst)
{
    private const long Ms = TimeSpan.TicksPerMillisecond;

    /// <summary>How long a browser waits for an edge.</summary>
    private const long Patience = 5 * TimeSpan.TicksPerSecond;

    /// <summary>The place of a cart that has run out is given up by the line a little later.</summary>
    private const int MaxRejoins = 15;

    private readonly ShopperPlan _plan = shopper.Plan;
    private int _edge = isFirst ? shopper.Plan.Edge : shopper.Plan.Edge + 1;
    private bool _hasActed;

    public Edge Edge => world.Edges[_edge % world.Edges.Count];

    public bool IsDone { get; set; }

    /// <summary>In line, and not called.</summary>
    public bool Waits { get; private set; }

    private ShopperPlan Plan => _plan;

    /// <summary>From joining to whatever becomes of it.</summary>
    public async Task<VisitEnd> VisitAsync(int visit)
    {
        var (told, end) = await JoinAsync(visit);
        while (told is not null)
        {
            Waits = told.Word is PlaceWord.Waiting or PlaceWord.Prequeue or PlaceWord.SoldOut;
            switch (told.Word)
            {
                case PlaceWord.Admitted:
                    if (await TurnAsync(told, visit) is { } ended) return ended;
                    await WaitAsync(chance.Between(300, 900));
                    told = await PollAsync(told);
                    break;
                case PlaceWord.Ended:
                    return VisitEnd.Over;
                case PlaceWord.Redeemed:
                    return told.State == PlaceState.Bought ? VisitEnd.Bought : isFirst ? VisitEnd.Lost : VisitEnd.Gone;
                case PlaceWord.Missed or PlaceWord.Left:
                    return Plan.Habit is Habit.ClaimsLate or Habit.Leaves or Habit.WandersOff ? VisitEnd.Gone : VisitEnd.Lost;
                default:
                    var due = told.NextPollMs + (Plan.LagMs == 0 ? 0 : chance.Between(0, Plan.LagMs));
                    if (!ActsBefore(due, visit)) await WaitAsync(due);
                    else if (await ActAsync(told) is { } acted) return acted;
                    told = await PollAsync(told);
                    break;
            }
        }

        return end;
    }

    private Task WaitAsync(long ms) => world.Time.DelayAsync(Math.Max(0, ms) * Ms);

    private void Obeys(bool obeys)
    {
        if (isFirst) shopper.Obeys(obeys && !Edge.IsTroubled);
    }

    private async Task<(Reply.Told? Told, VisitEnd End)> JoinAsync(int visit)
    {
        for (var rejoins = 0; ;)
        {
            var sentAt = world.Witness.Now;
            var edge = Edge;
            switch (await AskAsync(Question.Join, () => edge.JoinAsync(Plan.Shopper, shopper.Ticket)))
            {
                case Reply.Told { Word: PlaceWord.Redeemed, State: not PlaceState.Bought } when visit > 1 && rejoins < MaxRejoins:
                    rejoins++;
                    await WaitAsync(chance.Between(400, 1000));
                    continue;
                case Reply.Told told:
                    shopper.Ticket = new Ticket(world.Scenario.Sale.Id, told.Place, Names.Id(Plan.Shopper));
                    world.Witness.Tell(new Fact.Joined(world.Witness.Now, Plan.Shopper, told.Place, told.IsNew)
                    {
                        Edge = edge.Number,
                        SentAt = sentAt,
                    });
                    Heard(told, edge, sentAt);
                    return (told, default);
                case Reply.AlreadyBought:
                    return (null, VisitEnd.Bought);
                case Reply.Over:
                    return (null, VisitEnd.Over);
                case Reply.TooSoon soon:
                    await WaitAsync((long)soon.Wait.TotalMilliseconds + chance.Between(1, 500));
                    continue;
                case Reply.NotOpen:
                    await WaitAsync(chance.Between(300, 900));
                    continue;
                default:
                    await WaitAsync(chance.Between(400, 1200));
                    continue;
            }
        }
    }

    /// <summary>Polls until it is answered.</summary>
    private async Task<Reply.Told> PollAsync(Reply.Told last)
    {
        while (true)
        {
            var ticket = shopper.Ticket ?? new Ticket(world.Scenario.Sale.Id, last.Place, Names.Id(Plan.Shopper));
            var (sentAt, edge) = (world.Witness.Now, Edge);
            if (await AskAsync(Question.Poll, () => edge.PollAsync(ticket)) is Reply.Told told)
            {
                Heard(told, edge, sentAt);
                return told;
            }

            await WaitAsync(chance.Between(700, 1300));
        }
    }

    private void Heard(Reply.Told told, Edge edge, long sentAt)
    {
        world.Witness.Tell(new Fact.Polled(
            world.Witness.Now, Plan.Shopper, told.Place, told.State, told.Ahead, told.NextPollMs)
        {
            Edge = edge.Number,
            SentAt = sentAt,
        });
        Obeys(true);
    }

    /// <summary>Asks this edge; the next one from now on when it does not answer. Null: no answer, or a 503.</summary>
    private async Task<Reply?> AskAsync(Question what, Func<Task<Reply?>> ask)
    {
        var sentAt = world.Witness.Now;
        var (_, reply) = await new RemoteCall<Reply>(world.Time, Edge.Process, null, chance, Patience, ask).Task;
        if (reply is not null) return reply;
        world.Witness.Tell(new Fact.Unanswered(world.Witness.Now, Plan.Shopper, what, sentAt));
        Obeys(false);
        _edge = (_edge + 1) % world.Edges.Count;
        return null;
    }

    private bool ActsBefore(long dueMs, int visit) =>
        !_hasActed && visit == 1 && Plan.Habit is Habit.WandersOff or Habit.ComesBack or Habit.Leaves
        && Plan.At <= world.Witness.Now + dueMs;

    /// <summary>The habit's time has come, in line; not null: the visit has ended.</summary>
    private async Task<VisitEnd?> ActAsync(Reply.Told told)
    {
        await WaitAsync(Plan.At - world.Witness.Now);
        _hasActed = true;
        Obeys(false);
        if (Plan.Habit == Habit.WandersOff) return VisitEnd.Gone;
        if (Plan.Habit == Habit.ComesBack)
        {
            await WaitAsync(world.Scenario.Sale.PresenceSeconds * chance.Between(1200, 2500));
            return null;
        }

        await LeaveAsync(told.Place);
        return VisitEnd.Gone;
    }

    private async Task LeaveAsync(Place place)
    {
        for (var tries = 0; tries < 3; tries++)
        {
            world.Witness.Tell(new Fact.Leaving(world.Witness.Now, Plan.Shopper, place));
            var (edge, ticket) = (Edge, new Ticket(world.Scenario.Sale.Id, place, Names.Id(Plan.Shopper)));
            var reply = await AskAsync(Question.Leave, async () => await edge.LeaveAsync(ticket) ? new Reply.GivenUp() : null);
            if (reply is null) continue;
            world.Witness.Tell(new Fact.Left(world.Witness.Now, Plan.Shopper, place));
            shopper.Ticket = null;
            return;
        }
    }

    /// <summary>It is this shopper's turn; null: it is not any more, or not yet.</summary>
    private async Task<VisitEnd?> TurnAsync(Reply.Told told, int visit)
    {
        if (Plan.Habit == Habit.ClaimsLate && visit == 1)
        {
            Obeys(false);
            var until = told.RedeemBy * 1000 - Scenario.Epoch.ToUnixTimeMilliseconds();
            await WaitAsync(until - world.Witness.Now + chance.Between(-1500, 3000));
        }

        var (edge, place, sentAt) = (Edge, told.Place, world.Witness.Now);
        var ticket = new Ticket(world.Scenario.Sale.Id, place, Names.Id(Plan.Shopper));
        var reply = await AskAsync(Question.Claim, () => edge.ClaimAsync(ticket));
        switch (reply)
        {
            case Reply.Turn { Outcome: ClaimOutcome.Admitted turn }:
                return await GoAsync(place, turn.Unit, turn.RedeemBy, visit);
            case Reply.Turn { Outcome: ClaimOutcome.InCart cart }:
                return await GoAsync(place, cart.Unit, cart.RedeemBy, visit);
            case null:
                return null;
            default:
                world.Witness.Tell(new Fact.ClaimRefused(world.Witness.Now, Plan.Shopper, place, Why(reply)) { SentAt = sentAt });
                return reply switch
                {
                    Reply.Turn { Outcome: ClaimOutcome.NotYourTurn } => null,
                    Reply.Turn { Outcome: ClaimOutcome.Missed } => Plan.Habit == Habit.ClaimsLate ? VisitEnd.Gone : VisitEnd.Lost,
                    Reply.AlreadyBought => VisitEnd.Bought,
                    Reply.Over => VisitEnd.Over,
                    _ => VisitEnd.Lost,
                };
        }
    }

    private async Task<VisitEnd?> GoAsync(Place place, int unit, long redeemBy, int visit)
    {
        world.Witness.Tell(new Fact.Claimed(world.Witness.Now, Plan.Shopper, place, unit, redeemBy));
        Obeys(false);
        Waits = false;
        if (Plan.Habit == Habit.NeverRedeems && visit == 1) return VisitEnd.Gone;
        if (Plan.Habit == Habit.LeavesWithTheToken && visit == 1)
        {
            var until = redeemBy * 1000 - Scenario.Epoch.ToUnixTimeMilliseconds() - world.Witness.Now;
            await WaitAsync(chance.Between(50, Math.Max(51, until / 2)));
            await LeaveAsync(place);
            await WaitAsync(chance.Between(50, Math.Max(51, until / 2)));
        }

        var token = new Token(Plan.Shopper, AdmittedPlace.Id(place, unit), unit, place.Number, redeemBy);
        return await new Basket(world, Plan, chance, token, visit).RunAsync();
    }

    private static string Why(Reply reply) => reply switch
    {
        Reply.Turn { Outcome: var outcome } => outcome.GetType().Name,
        _ => reply.GetType().Name,
    };
}
