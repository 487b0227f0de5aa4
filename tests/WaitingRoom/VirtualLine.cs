using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Simulator;
using FlashSale.Simulator.Models;
using FlashSale.Simulator.World;
using FlashSale.WaitingRoom.Claims;

using Xunit;

namespace FlashSale.Tests.WaitingRoom;

/// <summary>
/// A sale's line in virtual time: the product's edge and waiting rooms over the models of Redis and of the ledger, and shoppers that a
/// test moves by hand. What it waits for takes no time; <see cref="LineWorld"/> is the same on a real Redis.
/// </summary>
internal sealed class VirtualLine
{
    private const long Ms = TimeSpan.TicksPerMillisecond, LookEveryMs = 200, PatienceMs = 60_000, MostMs = 600_000;

    private readonly SaleWorld _world;

    private VirtualLine(SaleWorld world) => _world = world;

    public Sale Sale => _world.Ledger.Data.Sale;

    public Line Line => _world.Edges[0].Line;

    public LineBoard? Board => Line.Board(Sale.Id);

    public RedisModel Redis => _world.Redis.Data;

    public DateTimeOffset Now => _world.Ledger.Now;

    /// <summary>When that second of the run is.</summary>
    public static DateTimeOffset Second(double second) => Scenario.Epoch.AddSeconds(second);

    /// <summary>Everybody who was called, in that order.</summary>
    public IEnumerable<Fact.Admitted> Called => _world.Witness.Facts.OfType<Fact.Admitted>();

    /// <summary>Runs a test in a sale that has begun, with a waiting room and an edge that are ready.</summary>
    public static void Run(int units, Func<Sale, Sale> with, Func<VirtualLine, Task> test)
    {
        var sale = ScenarioSource.Draw(1).Sale with
        {
            Inventory = units,
            MaxUnit = units,
            StartsAt = Second(0),
            EndsAt = null,
            Order = LineOrder.Fifo,
            AdmitPerSecond = 1000,
            ClaimSeconds = 60,
            PaySeconds = 60,
            PresenceSeconds = 30,
            GraceSeconds = 1,
        };
        var world = new SaleWorld(new Scenario(
            Seed: 7, with(sale), Edges: 1, Rooms: 1, ClockErrorsMs: [0, 0, 0, 0], [], [], [], CalmAt: MostMs, EndAt: MostMs));
        var line = new VirtualLine(world);
        Task? run = null;
        world.Time.At(0, () =>
        {
            world.Start();
            run = RunAsync();
        });
        while (run is not { IsCompleted: true } && world.Time.Failure is null && world.Time.NowMs < MostMs)
            world.Time.RunUntil(world.Time.NowMs + LookEveryMs);
        Assert.Null(world.Time.Failure);
        Assert.True(run!.IsCompleted, "the test takes longer than it may");
        run.GetAwaiter().GetResult();

        async Task RunAsync()
        {
            await line.UntilAsync(() => line.Board is { } board && (board.StoppedBecause is null or "not started"), "the line is ready");
            await test(line);
        }
    }

    public Task WaitAsync(double seconds) => _world.Time.DelayAsync((long)(seconds * TimeSpan.TicksPerSecond));

    public Task UntilAsync(Func<bool> isSo, string what) => UntilAsync(() => Task.FromResult(isSo()), what);

    public async Task UntilAsync(Func<Task<bool>> isSo, string what, long everyMs = LookEveryMs)
    {
        for (var until = _world.Time.NowMs + PatienceMs; !await isSo(); await _world.Time.DelayAsync(everyMs * Ms))
            Assert.True(_world.Time.NowMs < until, $"in {PatienceMs / 1000} s: {what}");
    }

    public Task UntilAsync(Ticket ticket, PlaceState state) => UntilAsync(async () => await LookAsync(ticket) == state, $"is {state}");

    /// <summary>Lets time pass in which only these poll.</summary>
    public async Task OnlyTheseAsync(double seconds, params Ticket[] present)
    {
        for (var until = _world.Time.NowMs + seconds * 1000; _world.Time.NowMs < until; await _world.Time.DelayAsync(LookEveryMs * Ms))
            foreach (var ticket in present) await LookAsync(ticket);
    }

    public async Task<Ticket> JoinAsync(int shopper)
    {
        Reply? reply = null;
        await UntilAsync(async () => (reply = await _world.Edges[0].JoinAsync(shopper, held: null)) is Reply.Told, "a place");
        return new Ticket(Sale.Id, ((Reply.Told)reply!).Place, Names.Id(shopper));
    }

    public async Task<IReadOnlyList<Ticket>> JoinManyAsync(int count)
    {
        var tickets = new List<Ticket>();
        for (var shopper = 1; shopper <= count; shopper++) tickets.Add(await JoinAsync(shopper));
        return tickets;
    }

    public async Task<PlaceState> LookAsync(Ticket ticket)
    {
        Reply? reply = null;
        await UntilAsync(async () => (reply = await _world.Edges[0].PollAsync(ticket)) is Reply.Told, "an answer");
        return ((Reply.Told)reply!).State;
    }

    public Task<bool> LeaveAsync(Ticket ticket) => _world.Edges[0].LeaveAsync(ticket);

    /// <summary>What the waiting room answers to a claim.</summary>
    public async Task<ClaimOutcome> TryClaimAsync(Ticket ticket)
    {
        Reply? reply = null;
        await UntilAsync(async () => (reply = await _world.Edges[0].ClaimAsync(ticket)) is Reply.Turn, "an answer to a claim");
        return ((Reply.Turn)reply!).Outcome;
    }

    public async Task<Token> ClaimAsync(Ticket ticket)
    {
        var turn = Assert.IsType<ClaimOutcome.Admitted>(await TryClaimAsync(ticket));
        return new Token(
            Names.Of(ticket.Shopper.Value), AdmittedPlace.Id(ticket.Place, turn.Unit), turn.Unit, ticket.Place.Number, turn.RedeemBy);
    }

    /// <summary>Puts the unit into the cart.</summary>
    public async Task HoldAsync(Token token) => Assert.IsType<RedeemOutcome.Reserved>(await _world.Checkout.RedeemAsync(token));

    /// <summary>Redis is emptied, and runs on.</summary>
    public void Flush() => Redis.Clear();

    public void StopRedis() => _world.Redis.GoDown();

    public void StartRedis() => _world.Redis.ComeUp();

    /// <summary>The waiting room dies.</summary>
    public void KillRoom() => _world.Rooms[0].Process.Die();

    /// <summary>Another waiting room is started, which knows nothing.</summary>
    public void StartRoom() => _world.Rooms[0].Start();

    /// <summary>The waiting room hears nothing of the ledger, and shoppers do.</summary>
    public bool LosesPulls
    {
        set => _world.Rooms[0].LosesPulls = value;
    }

    /// <summary>Until there is a line that was begun since.</summary>
    /// <param name="than">What was the line's epoch.</param>
    public Task NewEpochAsync(uint than) => UntilAsync(() => Board is { } board && board.Epoch > than, "a new epoch");
}
