using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Tickets;
using FlashSale.Queue;
using FlashSale.Simulator.Time;
using FlashSale.WaitingRoom.Claims;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FlashSale.Simulator.World;

/// <summary>An edge: the product's line and its two workers over simulated I/O, and the catalog that it pulls.</summary>
internal sealed class Edge(SaleWorld world, int number) : Machine(
    world, number, world.Scenario.ClockErrorsMs[number], Actor.Edge)
{
    /// <summary>How long an edge waits for the waiting rooms together.</summary>
    private const long ClaimPatience = 2 * TimeSpan.TicksPerSecond;

    private readonly IOptions<LineOptions> _options =
        Options.Create(new LineOptions { PollsPerSecond = world.Scenario.PollsPerSecond, AgainSeconds = world.Scenario.AgainSeconds });

    private readonly Chance _jitter = Chance.Of(world.Scenario.Seed, Actor.Jitter, number);
    private Line _line = null!;
    private LedgerClock _clock = null!;
    private Places _places = null!;
    private ListedSale? _listed;
    private int _room;

    /// <summary>How much later the board arrives, in ticks.</summary>
    public long BoardDelay
    {
        get;
        set => Redis.BoardDelay = field = value;
    }

    /// <summary>The line as this edge's process knows it.</summary>
    public Line Line => _line;

    protected override void Run()
    {
        Redis.BoardDelay = BoardDelay;
        _clock = new LedgerClock(Process);
        _line = new Line(Redis, _options, Process, _jitter);
        _places = new Places(_line, _clock);
        _listed = null;
        var reader = new BoardReader(_line, Redis, Process, NullLogger<BoardReader>.Instance);
        var reporter = new PresenceReporter(_line, Redis, Process);
        World.Time.Start(() => reader.RunAsync(CancellationToken.None));
        World.Time.Start(() => reporter.RunAsync(CancellationToken.None));
        var live = new LiveReporter(_line, Redis, Process);
        World.Time.Start(() => live.RunAsync(CancellationToken.None));
        World.Time.Start(PullCatalogAsync);
    }

    /// <summary>Tells those whose shoppers use it.</summary>
    public override void Troubled(bool begins)
    {
        base.Troubled(begins);
        if (begins) World.EdgeIsTroubled(this);
    }

    /// <summary>As the gateway's <c>Joining</c> for a shopper whom the storefront vouches for; null is a 503.</summary>
    public async Task<Reply?> JoinAsync(int shopper, Ticket? held)
    {
        if (_listed is not { } listed) return null;
        var (sale, who) = (listed.Sale, Names.Id(shopper));
        var state = PublicSaleStates.Of(sale, _line.Board(sale.Id), _clock.GetUtcNow());
        if (state is PublicSaleState.Scheduled or PublicSaleState.SoldOut or PublicSaleState.Ended)
            return await WithoutJoiningAsync(listed, who, held, state);

        // Who shows a ticket has paid for its place and for no other; here nothing costs anything, so all is paid for when asked.
        var outcome = await _line.JoinAsync(sale, who, held is null ? 0 : Line.NoNumber);
        if (outcome is JoinOutcome.NotPaid { Number: var last })
        {
            if (held is { } ticket && _line.Board(sale.Id)?.Epoch != ticket.Place.Epoch)
            {
                // A place that Redis has lost: its ticket proves it.
                if (await _line.StatusAsync(ticket, sale) is not { } known) return null;
                if (Has(listed, ticket, known) is { } has) return has;
            }

            outcome = await _line.JoinAsync(sale, who, last);
        }

        return outcome switch
        {
            JoinOutcome.Joined joined => await TakenAsync(listed, who, joined),
            JoinOutcome.AlreadyBought => new Reply.AlreadyBought(),
            JoinOutcome.TooSoon soon => new Reply.TooSoon(soon.Wait),
            _ => null,
        };
    }

    /// <summary>Nobody new gets in; a place that lives on is still answered.</summary>
    private async Task<Reply?> WithoutJoiningAsync(ListedSale listed, ShopperId who, Ticket? held, PublicSaleState state)
    {
        if (held is { } ticket)
        {
            if (await _line.StatusAsync(ticket, listed.Sale) is not { } status) return null;
            if (Has(listed, ticket, status) is { } has) return has;
        }

        if (state == PublicSaleState.Scheduled) return new Reply.NotOpen();
        return (held is null ? await _line.JoinAsync(listed.Sale, who, Line.NoNumber) : null) switch
        {
            JoinOutcome.Joined joined => await TakenAsync(listed, who, joined),
            JoinOutcome.AlreadyBought => new Reply.AlreadyBought(),
            JoinOutcome.NotReady => null,
            _ => new Reply.Over(),
        };
    }

    /// <summary>The place that the ticket is of, or the order that it has become; null where it is neither any more.</summary>
    private Reply? Has(ListedSale listed, in Ticket ticket, PlaceStatus status) => status.State switch
    {
        PlaceState.Bought => new Reply.AlreadyBought(),
        PlaceState.Waiting or PlaceState.Admitted or PlaceState.Redeemed => Told(listed, ticket, status, isNew: false),
        _ => null,
    };

    private async Task<Reply?> TakenAsync(ListedSale listed, ShopperId who, JoinOutcome.Joined joined)
    {
        var ticket = new Ticket(listed.Sale.Id, joined.Place, who);
        var status = await _line.StatusAsync(ticket, listed.Sale);
        if (status is null && !joined.IsNew) return null;
        return Told(listed, ticket, status ?? new PlaceStatus(PlaceState.Waiting, 0, -1, 0), joined.IsNew);
    }

    /// <summary>As the gateway's <c>TicketRoutes</c>; null is a 503.</summary>
    public async Task<Reply?> PollAsync(Ticket ticket)
    {
        if (_listed is not { } listed) return null;
        if (!_line.TrySee(ticket)) return new Reply.SlowDown();
        return await _line.StatusAsync(ticket, listed.Sale) is { } status ? Told(listed, ticket, status, isNew: false) : null;
    }

    public Task<bool> LeaveAsync(Ticket ticket) =>
        _listed is null ? Task.FromResult(false) : _line.LeaveAsync(ticket, CancellationToken.None).AsTask();

    /// <summary>As the gateway's <c>ClaimExchange</c>; null is a 503.</summary>
    public async Task<Reply?> ClaimAsync(Ticket ticket)
    {
        if (_listed is not { } listed || await _line.StatusAsync(ticket, listed.Sale) is not { } status) return null;
        switch (status.State)
        {
            case PlaceState.Admitted or PlaceState.Redeemed:
                break;
            case PlaceState.Missed or PlaceState.Left:
                return new Reply.Turn(new ClaimOutcome.Missed());
            case PlaceState.Released:
                return new Reply.Spent();
            case PlaceState.Bought:
                return new Reply.AlreadyBought();
            // Another edge may have read a newer board, and told this shopper of the turn.
            case var _ when !IsOver(listed.Sale) && _line.MayBeCalled(ticket.Sale, status):
                break;
            default:
                return IsOver(listed.Sale) ? new Reply.Over() : new Reply.Turn(new ClaimOutcome.NotYourTurn());
        }

        return await AskRoomsAsync(ticket) switch
        {
            null or ClaimOutcome.Rebuilding => null,
            var outcome => new Reply.Turn(outcome),
        };
    }

    private bool IsOver(Sale sale) =>
        PublicSaleStates.Of(sale, _line.Board(sale.Id), _clock.GetUtcNow()) is PublicSaleState.SoldOut or PublicSaleState.Ended;

    /// <summary>The room that answered last, else the next.</summary>
    private async Task<ClaimOutcome?> AskRoomsAsync(Ticket ticket)
    {
        var (rooms, until) = (World.Rooms, World.Time.Now + ClaimPatience);
        for (var attempt = 0; attempt < rooms.Count && World.Time.Now < until; attempt++)
        {
            var room = rooms[_room];
            var (end, outcome) = await new RemoteCall<ClaimOutcome>(
                World.Time, room.Process, Process, Chance, until - World.Time.Now,
                () => room.ClaimAsync(ticket.Sale, ticket.Place)).Task;
            if (outcome is not null || end == CallEnd.TimedOut) return outcome;
            _room = (_room + 1) % rooms.Count;
        }

        return null;
    }

    /// <summary>As the gateway's <c>EdgeCatalog</c>: the sale and the ledger's clock, several times a second.</summary>
    private async Task PullCatalogAsync()
    {
        var process = Process;
        var revision = "";
        while (true)
        {
            var askedAt = process.GetTimestamp();
            await World.Time.DelayAsync(World.Ledger.Hop(), process);
            var (ledger, asOf) = (World.Ledger, World.Ledger.Now);
            var sale = ledger.IsAway || ledger.Data.Revision == revision ? null : ledger.Data.Sale;
            if (sale is not null) revision = ledger.Data.Revision;
            var answers = !ledger.IsAway;
            await World.Time.DelayAsync(World.Ledger.Hop(), process);
            if (answers) _clock.Set(asOf, askedAt);
            if (sale is not null) _listed = new ListedSale(sale, null);
            await World.Time.DelayAsync(EdgeCatalog.Interval.Ticks, process);
        }
    }

    private Reply.Told Told(ListedSale listed, in Ticket ticket, PlaceStatus status, bool isNew)
    {
        var view = _places.Look(listed, ticket, status);
        return new Reply.Told(
            ticket.Place, status.State, view.State, view.Ahead, status.RedeemBy,
            _places.TellNextPoll(listed, ticket, view), isNew);
    }
}
