using FlashSale.Simulator.Time;

namespace FlashSale.Simulator.World;

/// <summary>All the parts of one simulated sale.</summary>
internal sealed class SaleWorld
{
    public SaleWorld(Scenario scenario)
    {
        Scenario = scenario;
        Witness = new Witness(Time);
        var machines = scenario.Edges + scenario.Rooms;
        Redis = new SimulatedRedis(
            Time, Chance.Of(scenario.Seed, Actor.Redis), scenario.ClockErrorsMs[machines], Witness);
        Ledger = new SimulatedLedger(
            Time, Chance.Of(scenario.Seed, Actor.Ledger), scenario.ClockErrorsMs[machines + 1], scenario.Sale, Witness);
        Checkout = new Checkout(Time, Ledger, Chance.Of(scenario.Seed, Actor.Pay));
        Edges = [.. Enumerable.Range(0, scenario.Edges).Select(number => new Edge(this, number))];
        Rooms = [.. Enumerable.Range(0, scenario.Rooms).Select(number => new Room(this, number))];
        Shoppers = [.. scenario.Shoppers.Select(plan => new Shopper(this, plan))];
        Ledger.Poke = () =>
        {
            foreach (var room in Rooms) room.Poke();
        };
    }

    public Scenario Scenario { get; }

    public VirtualTime Time { get; } = new();

    public Witness Witness { get; }

    public SimulatedRedis Redis { get; }

    public SimulatedLedger Ledger { get; }

    public Checkout Checkout { get; }

    public IReadOnlyList<Edge> Edges { get; }

    public IReadOnlyList<Room> Rooms { get; }

    public IReadOnlyList<Shopper> Shoppers { get; }

    /// <summary>Everything that runs, edges first, then waiting rooms.</summary>
    public IEnumerable<Machine> Machines => [.. Edges, .. Rooms];

    /// <summary>Starts everything; to be called when the run begins.</summary>
    public void Start()
    {
        Ledger.Start();
        Checkout.Start();
        foreach (var machine in Machines) machine.Start();
        foreach (var shopper in Shoppers) shopper.Start();
        Operators.Start(this);
        new FaultRunner(this).Start();
    }

    /// <summary>A fault has met this edge: who uses it is not surely answered any more.</summary>
    public void EdgeIsTroubled(Edge edge)
    {
        foreach (var shopper in Shoppers) shopper.EdgeIsTroubled(edge);
    }
}
