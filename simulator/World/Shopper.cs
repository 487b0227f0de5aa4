using FlashSale.Queue;
using FlashSale.Simulator.Time;

namespace FlashSale.Simulator.World;

/// <summary>A person with a plan: one tab or two, and one or more visits.</summary>
internal sealed class Shopper
{
    /// <summary>Who has lost a turn by no wish of theirs tries again so often.</summary>
    private const int MaxVisits = 3;

    private readonly SaleWorld _world;
    private readonly Chance _chance;
    private readonly List<Tab> _tabs;

    /// <summary>Null before the first answer: what is so then is told in either case.</summary>
    private bool? _obeys;

    public Shopper(SaleWorld world, ShopperPlan plan)
    {
        (_world, Plan) = (world, plan);
        _chance = Chance.Of(world.Scenario.Seed, Actor.Shopper, plan.Shopper);
        var tabs = plan.Habit == Habit.TwoTabs ? 2 : 1;
        _tabs = [.. Enumerable.Range(0, tabs).Select(tab => new Tab(
            world, this, Chance.Of(world.Scenario.Seed, Actor.Shopper, 1000 * (tab + 1) + plan.Shopper), isFirst: tab == 0))];
    }

    public ShopperPlan Plan { get; }

    /// <summary>The cookie of all tabs: the place that was told last.</summary>
    public Ticket? Ticket { get; set; }

    /// <summary>Every tab has come to its end.</summary>
    public bool IsDone => _tabs.TrueForAll(tab => tab.IsDone);

    /// <summary>Nothing will change for this shopper unless a unit becomes free.</summary>
    public bool Waits => _tabs.TrueForAll(tab => tab.IsDone || tab.Waits);

    public void Start()
    {
        foreach (var tab in _tabs) _world.Time.Start(() => RunAsync(tab));
    }

    public void Obeys(bool obeys)
    {
        if (obeys == _obeys) return;
        _obeys = obeys;
        _world.Witness.Tell(new Fact.Presence(_world.Witness.Now, Plan.Shopper, obeys));
    }

    public void EdgeIsTroubled(Edge edge)
    {
        if (_obeys is true && _tabs[0].Edge == edge) Obeys(false);
    }

    private async Task RunAsync(Tab tab)
    {
        var time = _world.Time;
        await time.DelayAsync(Plan.JoinAt * TimeSpan.TicksPerMillisecond);
        if (tab != _tabs[0]) await time.DelayAsync(_chance.Between(30, 1500) * TimeSpan.TicksPerMillisecond);
        for (var visit = 1; visit <= MaxVisits; visit++)
        {
            var end = await tab.VisitAsync(visit);
            if (!ComesAgain(end, visit)) break;
            await time.DelayAsync(_chance.Between(300, 1500) * TimeSpan.TicksPerMillisecond);
        }

        // The second tab's last answer said when this place is due, too: until the first one polls, nobody does as told.
        Obeys(false);
        tab.IsDone = true;
    }

    private bool ComesAgain(VisitEnd end, int visit) => end switch
    {
        VisitEnd.Lost => true,
        VisitEnd.Gone when visit == 1 => Plan.Cart == CartPlan.RunsOutAndJoinsAgain
            || (Plan.Habit == Habit.Leaves && Plan.Shopper % 2 == 0),
        _ => false,
    };
}
