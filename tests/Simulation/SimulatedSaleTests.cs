using System.Diagnostics;

using FlashSale.Contract;
using FlashSale.Simulator;

using Xunit;

using SaleFact = FlashSale.Simulator.Fact;

namespace FlashSale.Tests.Simulation;

/// <summary>Whole sales in virtual time, on the product's own code: what a run is, not what is right in it.</summary>
public sealed class SimulatedSaleTests
{
    /// <summary>Tells a child process to write what it found there.</summary>
    private const string HashFile = "FLASHSALE_FACTS_HASH_FILE";

    private const int Seeds = 12;

    private static string Hash => string.Join('\n', Enumerable.Range(1, Seeds).Select(seed =>
        SimulatedSale.Run(ScenarioSource.Draw((ulong)seed)).Fingerprint()));

    [global::Xunit.Fact]
    public void The_same_scenario_gives_the_same_facts_again()
    {
        var hash = Hash;
        Assert.Equal(hash, Hash);
        if (Environment.GetEnvironmentVariable(HashFile) is { } file) File.WriteAllText(file, hash);
    }

    [global::Xunit.Fact]
    public async Task The_same_scenario_gives_the_same_facts_in_another_process()
    {
        if (Environment.GetEnvironmentVariable(HashFile) is not null) return;
        var file = Path.Combine(Path.GetTempPath(), $"flashsale-facts-{Guid.NewGuid():n}");
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                typeof(SimulatedSaleTests).Assembly.Location, "-method",
                $"{typeof(SimulatedSaleTests).FullName}.{nameof(The_same_scenario_gives_the_same_facts_again)}",
            },
            Environment = { [HashFile] = file },
            RedirectStandardOutput = true,
        };
        using var other = Process.Start(start)!;
        try
        {
            await other.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await other.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(Hash, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [global::Xunit.Fact]
    public void A_drawn_sale_is_as_large_and_as_broken_as_promised()
    {
        var drawn = Enumerable.Range(1, 400).Select(seed => ScenarioSource.Draw((ulong)seed)).ToList();

        Assert.All(drawn, scenario =>
        {
            Assert.InRange(scenario.Shoppers.Count, 20, 40);
            Assert.InRange(scenario.Sale.Inventory, 5, 12);
            Assert.True(scenario.Faults.Count >= 3);
            Assert.InRange(scenario.Edges, 1, 3);
            Assert.InRange(scenario.Rooms, 1, 3);
            Assert.All(scenario.Faults, fault => Assert.True(fault.At + fault.ForMs <= scenario.CalmAt));
            Assert.Equal(scenario.Edges + scenario.Rooms + 2, scenario.ClockErrorsMs.Count);
        });
        Assert.True(drawn.Average(scenario => scenario.Faults.Count) >= 5);
        Assert.Equal(
            Enum.GetValues<FaultKind>(), drawn.SelectMany(scenario => scenario.Faults).Select(fault => fault.Kind).Distinct().Order());
        Assert.Equal(
            Enum.GetValues<OperatorChange>(),
            drawn.SelectMany(scenario => scenario.Changes).Select(change => change.Change).Distinct().Order());
        var shoppers = drawn.SelectMany(scenario => scenario.Shoppers).ToList();
        Assert.Equal(Enum.GetValues<Habit>(), shoppers.Select(shopper => shopper.Habit).Distinct().Order());
        Assert.Equal(Enum.GetValues<CartPlan>(), shoppers.Select(shopper => shopper.Cart).Distinct().Order());
    }

    [Theory]
    [InlineData(LineOrder.Fifo)]
    [InlineData(LineOrder.Shuffle)]
    public void Without_faults_every_unit_is_sold_in_the_order_of_the_line(LineOrder order)
    {
        var scenario = Quiet(shoppers: 30, order);
        var run = SimulatedSale.Run(scenario);

        Assert.Equal((RunEnd.AtRest, null), (run.End, run.Failure));
        Assert.Equal(
            Enumerable.Range(1, scenario.Sale.Inventory),
            run.Facts.OfType<SaleFact.Committed>().Where(row => row.State is UnitState.Sold).Select(row => row.Unit).Order());
        Assert.Equal(
            Enumerable.Range(1, scenario.Sale.Inventory).Select(rank => (long)rank),
            run.Facts.OfType<SaleFact.Admitted>().Select(admission => admission.Rank));
        Assert.Single(run.Facts.OfType<SaleFact.EpochBegan>());
        Assert.Equal(
            order == LineOrder.Shuffle ? 30 : 0, Assert.Single(run.Facts.OfType<SaleFact.OrderFixed>()).Count);
        Assert.Equal(30, run.Facts.OfType<SaleFact.PlaceGiven>().Select(place => place.Shopper).Distinct().Count());
        Assert.All(run.Facts.OfType<SaleFact.Joined>(), joined => Assert.True(joined.SentAt < joined.At && joined.Edge >= 0));
        Assert.Empty(run.Faults);
    }

    [global::Xunit.Fact]
    public void A_sale_with_fewer_shoppers_than_units_ends_when_all_have_one()
    {
        var run = SimulatedSale.Run(Quiet(shoppers: 4, LineOrder.Fifo));

        Assert.Equal(RunEnd.AtRest, run.End);
        Assert.Equal(4, run.Facts.OfType<SaleFact.Acknowledged>().Count(one => one.State is UnitState.Sold));
    }

    [global::Xunit.Fact]
    public void A_paused_sale_is_not_at_rest_before_its_operator_goes_on()
    {
        var paused = Quiet(shoppers: 30, LineOrder.Fifo) with
        {
            Changes = [new OperatorPlan(3000, OperatorChange.Pause, 0), new OperatorPlan(20_000, OperatorChange.Resume, 0)],
        };
        var run = SimulatedSale.Run(paused);

        Assert.Equal(RunEnd.AtRest, run.End);
        Assert.Equal(paused.Sale.Inventory, run.Facts.OfType<SaleFact.Committed>().Count(row => row.State is UnitState.Sold));
    }

    [Theory]
    [MemberData(nameof(EveryFault))]
    public void Every_fault_begins_and_ends_and_the_sale_goes_on(FaultKind kind)
    {
        var quiet = Quiet(shoppers: 30, LineOrder.Fifo);
        var scenario = quiet with
        {
            Faults = [new FaultPlan(kind, 4000, kind is FaultKind.LeaseLost or FaultKind.LedgerRestored ? 0 : 900, Target: 0)],
            CalmAt = 5000,
        };
        var run = SimulatedSale.Run(scenario);

        Assert.Null(run.Failure);
        Assert.Equal(1, run.Faults[kind]);
        Assert.Equal([true, false], run.Facts.OfType<SaleFact.Fault>().Select(fault => fault.Begins));
        Assert.Contains(run.Facts, fact => fact is SaleFact.Acknowledged { State: UnitState.Sold, At: > 5000 });
        Assert.NotEqual(SimulatedSale.Run(quiet).Fingerprint(), run.Fingerprint());
    }

    [global::Xunit.Fact]
    public void Fifty_drawn_sales_run_through_and_show_every_kind_of_fact()
    {
        var runs = Enumerable.Range(1000, 50).Select(seed => SimulatedSale.Run(ScenarioSource.Draw((ulong)seed))).ToList();

        Assert.All(runs, run => Assert.Null(run.Failure));
        Assert.Equal(
            typeof(SaleFact).GetNestedTypes().Select(type => type.Name).Order(StringComparer.Ordinal),
            runs.SelectMany(run => run.Facts).Select(fact => fact.GetType().Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(runs, run => Assert.Equal(run.Facts.Select(fact => fact.At), run.Facts.Select(fact => fact.At).Order()));
        // Whoever does as told misses nothing; who claims late does.
        Assert.Contains(runs.SelectMany(run => run.Facts).OfType<SaleFact.ClaimRefused>(), refused => refused.Why == "Missed");
    }

    public static TheoryData<FaultKind> EveryFault() => [.. Enum.GetValues<FaultKind>()];

    /// <summary>A sale in which nothing fails and everyone who gets a unit pays.</summary>
    private static Scenario Quiet(int shoppers, LineOrder order)
    {
        var sale = ScenarioSource.Draw(1).Sale with
        {
            Inventory = 8,
            MaxUnit = 8,
            // Whoever found no line yet has tried again by then.
            StartsAt = Scenario.Epoch.AddSeconds(4),
            EndsAt = null,
            Order = order,
            AdmitPerSecond = 200,
            ClaimSeconds = 5,
            PaySeconds = 5,
            PresenceSeconds = 5,
        };
        return new Scenario(
            Seed: 7, sale, Edges: 2, Rooms: 2, ClockErrorsMs: [100, -100, 50, -50, 0, 0],
            [.. Enumerable.Range(1, shoppers).Select(shopper => new ShopperPlan(
                shopper, JoinAt: 200 + 70 * shopper, Habit.Obedient, CartPlan.Pays, At: 0, LagMs: 200, Edge: shopper % 2))],
            [], [], CalmAt: 4000, EndAt: 60_000);
    }
}
