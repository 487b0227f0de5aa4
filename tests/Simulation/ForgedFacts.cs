using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Simulator;
using FlashSale.Simulator.Checking;

using Xunit;

namespace FlashSale.Tests.Simulation;

/// <summary>A sale of three units as it could have been, until a test forges something. Times are milliseconds.</summary>
public abstract class ForgedFacts
{
    protected const uint Epoch = 100;
    protected const int ClaimMs = 10_000, GraceMs = 1000;

    private readonly List<Fact> _facts = [];
    private long? _endAt;

    protected ForgedFacts()
    {
        Tell(new Fact.SaleChanged(0, Sale));
        Tell(new Fact.EpochBegan(10, Epoch));
        Tell(new Fact.OrderFixed(20, Epoch, 0));
    }

    protected Sale Sale { get; private set; } = new()
    {
        Id = SaleId.Parse("forged"),
        Name = "Forged",
        Inventory = 3,
        MaxUnit = 3,
        Price = new Money(1000, "eur"),
        Storefront = StorefrontId.Parse("demo"),
        QueueOpensAt = Scenario.Epoch,
        StartsAt = Scenario.Epoch,
        ClaimSeconds = ClaimMs / 1000,
        PaySeconds = 10,
        PresenceSeconds = 8,
        GraceSeconds = GraceMs / 1000,
        Seed = Convert.ToBase64String([.. Enumerable.Range(1, 32).Select(i => (byte)i)]),
    };

    protected void Tell(Fact fact) => _facts.Add(fact);

    /// <summary>From now on other settings.</summary>
    protected void Changes(long at, Func<Sale, Sale> change) => Tell(new Fact.SaleChanged(at, Sale = change(Sale)));

    /// <summary>Nothing that was told so far has been.</summary>
    protected void Begins(Sale sale, long fixedAt = 20, long count = 0)
    {
        _facts.Clear();
        Tell(new Fact.SaleChanged(0, Sale = sale));
        Tell(new Fact.EpochBegan(10, Epoch));
        if (fixedAt >= 0) Tell(new Fact.OrderFixed(fixedAt, Epoch, count));
    }

    protected void Breaks(FaultKind kind, long from, long until, int target = 0)
    {
        Tell(new Fact.Fault(from, kind, target, Begins: true));
        Tell(new Fact.Fault(until, kind, target, Begins: false));
    }

    protected static Place Number(int number, uint epoch = Epoch) => new(epoch, (uint)number);

    /// <summary>A shopper who does as told gets a place.</summary>
    protected void Joins(int shopper, int number, long at, uint epoch = Epoch)
    {
        Tell(new Fact.PlaceGiven(at, shopper, Number(number, epoch)));
        Tell(new Fact.Joined(at + 10, shopper, Number(number, epoch), IsNew: true) { Edge = 0, SentAt = at - 10 });
        Tell(new Fact.Presence(at + 10, shopper, Obeys: true));
    }

    protected void Polls(int shopper, int number, long at, PlaceState state = PlaceState.Waiting, uint epoch = Epoch) =>
        Tell(new Fact.Polled(at, shopper, Number(number, epoch), state, 0, 1000) { Edge = 0, SentAt = at - 20 });

    /// <summary>Joins and asks every second.</summary>
    protected void Waits(int shopper, int number, long from, long until)
    {
        Joins(shopper, number, from);
        for (var at = from + 1000; at <= until; at += 1000) Polls(shopper, number, at);
    }

    /// <summary>A place that the test tells nothing of is given just before.</summary>
    protected void Admits(int number, int unit, long at, uint epoch = Epoch, long? rank = null, int room = 0, long fence = 1)
    {
        var place = Number(number, epoch);
        if (!_facts.OfType<Fact.PlaceGiven>().Any(given => given.Place == place)) Tell(new Fact.PlaceGiven(at, 1000 + number, place));
        Tell(new Fact.Admitted(at, place, rank ?? number, unit, RedeemBy(at), room, fence));
    }

    protected void Claims(int shopper, int number, int unit, long at, long admittedAt, uint epoch = Epoch) =>
        Tell(new Fact.Claimed(at, shopper, Number(number, epoch), unit, RedeemBy(admittedAt)));

    protected void Commits(int shopper, int number, int unit, long at, UnitState state, uint epoch = Epoch) =>
        Tell(new Fact.Committed(at, unit, shopper, Id(number, unit, epoch), state));

    protected void Withdraws(int unit, long at) => Tell(new Fact.Committed(at, unit, 0, "", UnitState.Withdrawn));

    /// <summary>Called at once, claims, and has the unit in the cart half a second later.</summary>
    protected void Takes(int shopper, int number, int unit, long at, uint epoch = Epoch)
    {
        Admits(number, unit, at, epoch);
        Polls(shopper, number, at + 200, PlaceState.Admitted, epoch);
        Claims(shopper, number, unit, at + 300, admittedAt: at, epoch);
        Commits(shopper, number, unit, at + 500, UnitState.Held, epoch);
        Tell(new Fact.Acknowledged(at + 510, shopper, unit, Id(number, unit, epoch), UnitState.Held));
    }

    /// <summary>Joins, is called, and buys.</summary>
    protected void Buys(int shopper, int number, int unit, long at)
    {
        Joins(shopper, number, at);
        Takes(shopper, number, unit, at + 400);
        Commits(shopper, number, unit, at + 1000, UnitState.Sold);
    }

    protected void Refused(int shopper, int number, int unit, long at, string why, bool byClock = false) =>
        Tell(new Fact.RedeemRefused(at, shopper, unit, Id(number, unit), why, byClock));

    protected static string Id(int number, int unit, uint epoch = Epoch) => $"{epoch:x}-{number:x}-{unit:x}";

    protected static long RedeemBy(long at) =>
        Scenario.Epoch.ToUnixTimeSeconds() + (at + ClaimMs + 999) / 1000;

    /// <summary>The run goes on until then, else it ends with the last fact.</summary>
    protected void Ends(long at) => _endAt = at;

    protected void Finds(int invariant, string what)
    {
        var found = Found();
        Assert.True(
            found.Any(one => one.Invariant == invariant && one.What.Contains(what, StringComparison.Ordinal)),
            $"not found: {invariant}: …{what}…; but: {string.Join(" · ", found)}");
    }

    protected void FindsNothing() => Assert.Empty(Found());

    /// <summary>Facts are told in the order of their times, those of one time as they were forged.</summary>
    protected IReadOnlyList<Violation> Found() => Checker.Check(
        new Rules(LedgerErrorMs: 0, Edges: 1, RecoverySeconds: 2, CalmAt: 0, EndAt: _endAt ?? _facts.Max(fact => fact.At)),
        _facts.OrderBy(fact => fact.At));
}
