using System.Buffers.Binary;

using FlashSale.Contract;
using FlashSale.Simulator.Time;

namespace FlashSale.Simulator;

/// <summary>
/// Draws a sale from a seed: 20–32 shoppers, 5–12 units, three or more faults of all kinds, some at once, and short times,
/// so that much happens in half a minute of virtual time.
/// </summary>
public static class ScenarioSource
{
    /// <summary>Beyond it the bounds of the product's own waiting (leases, patience) hide what short claims could show.</summary>
    private const long LongestFaultMs = 6000;

    /// <summary>What anyone is told with few polls, while all of them stream in.</summary>
    private const long LongestPollMs = 120_000;

    private static readonly FaultKind[] s_faults = Enum.GetValues<FaultKind>();

    /// <param name="kinds">Which faults there are; none for all kinds.</param>
    public static Scenario Draw(ulong seed, params IReadOnlyList<FaultKind> kinds)
    {
        if (kinds.Count == 0) kinds = s_faults;
        var chance = Chance.Of(seed, Actor.Scenario);
        var (edges, rooms) = (Short(chance, 1, 3), Short(chance, 1, 3));
        // What was wrong on the way was mostly so where several edges or rooms did not know of each other.
        var more = Chance.Of(seed, Actor.Scenario, 1);
        if (more.Happens(0.6)) (edges, rooms) = (Math.Max(2, edges), Math.Max(2, rooms));
        var sale = DrawSale(chance);
        var startMs = (long)(sale.StartsAt - Scenario.Epoch).TotalMilliseconds;
        var faultsTo = startMs + chance.Between(5_000, 9_000);
        var faults = DrawFaults(chance, edges, rooms, sale, faultsTo, kinds);
        var calmAt = Math.Max(faultsTo, faults.Max(fault => fault.At + fault.ForMs));
        var (clocks, shoppers) = (DrawClocks(chance, edges + rooms + 2), DrawShoppers(chance, edges, startMs));
        var scenario = new Scenario(
            seed, sale, edges, rooms, clocks, shoppers, faults, DrawChanges(chance, more, sale, startMs, calmAt), calmAt,
            calmAt + RestMs(sale, shoppers.Count))
        {
            RecoverySeconds = (int)chance.Between(1, 3),
            TickMs = chance.Happens(0.3) ? 50 : chance.Between(50, 250),
            AgainSeconds = more.Happens(0.25) ? (int)more.Between(1, 4) : 0,
        };
        return chance.Happens(0.2) ? WithFewPolls(scenario, (int)chance.Between(3, 15)) : scenario;
    }

    /// <summary>As a crowd of some ten thousand is told: whoever is not near comes back after half a minute or more.</summary>
    private static Scenario WithFewPolls(Scenario scenario, int pollsPerSecond) =>
        scenario with { PollsPerSecond = pollsPerSecond, EndAt = scenario.EndAt + scenario.Shoppers.Count * LongestPollMs };

    /// <summary>
    /// Longer than those who wait can need: a line that is rebuilt and blocked, and the last unit in one cart after the other. The run
    /// ends before, when the sale is at rest.
    /// </summary>
    private static long RestMs(Sale sale, int shoppers) =>
        30_000 + shoppers * 1000L * (sale.ClaimSeconds + sale.PaySeconds + 2 * sale.GraceSeconds);

    private static Sale DrawSale(Chance chance)
    {
        var seed = new byte[32];
        for (var i = 0; i < seed.Length; i += 8) BinaryPrimitives.WriteUInt64LittleEndian(seed.AsSpan(i), chance.NextBits());
        var inventory = (int)chance.Between(5, 12);
        // Some begin with a line that is open already, some with shoppers who have come before the start.
        var startsAt = Scenario.Epoch.AddMilliseconds(chance.Happens(0.4) ? chance.Between(2500, 6000) : 0);
        return new Sale
        {
            Id = SaleId.Parse("sim"),
            Name = "Simulated",
            Inventory = inventory,
            MaxUnit = inventory,
            Price = new Money(1000, "eur"),
            Storefront = StorefrontId.Parse("demo"),
            QueueOpensAt = Scenario.Epoch,
            StartsAt = startsAt,
            EndsAt = chance.Happens(0.1) ? startsAt.AddMilliseconds(chance.Between(12_000, 30_000)) : null,
            Order = chance.Happens(0.35) ? LineOrder.Shuffle : LineOrder.Fifo,
            AdmitPerSecond = chance.Happens(0.3) ? (int)chance.Between(1, 6) : 200,
            ClaimSeconds = Short(chance, 2, 7),
            PaySeconds = Short(chance, 2, 6),
            PresenceSeconds = Short(chance, 3, 6),
            GraceSeconds = 1,
            Seed = Convert.ToBase64String(seed),
        };
    }

    /// <summary>Rather little than much of what a sale takes long with: more sales are tried instead.</summary>
    private static int Short(Chance chance, int least, int most) =>
        (int)Math.Min(chance.Between(least, most), chance.Between(least, most));

    private static List<long> DrawClocks(Chance chance, int machines) =>
        [.. Enumerable.Range(0, machines).Select(_ => chance.Happens(0.2)
            ? chance.Between(-20_000, 20_000) : chance.Between(-400, 400))];

    private static List<ShopperPlan> DrawShoppers(Chance chance, int edges, long startMs)
    {
        var comeWithin = Math.Max(startMs + 2000, chance.Between(2000, 7000));
        return [.. Enumerable.Range(1, (int)chance.Between(20, 32)).Select(shopper =>
        {
            var joinAt = 200 + chance.Between(0, comeWithin);
            return new ShopperPlan(
                shopper, joinAt, DrawHabit(chance), DrawCart(chance), joinAt + chance.Between(300, 6000),
                chance.Between(0, 2000), chance.Next(edges));
        })];
    }

    private static Habit DrawHabit(Chance chance) => chance.NextDouble() switch
    {
        < 0.56 => Habit.Obedient,
        < 0.64 => Habit.TwoTabs,
        < 0.71 => Habit.WandersOff,
        < 0.79 => Habit.ComesBack,
        < 0.86 => Habit.Leaves,
        < 0.92 => Habit.ClaimsLate,
        < 0.97 => Habit.NeverRedeems,
        _ => Habit.LeavesWithTheToken,
    };

    private static CartPlan DrawCart(Chance chance) => chance.NextDouble() switch
    {
        < 0.55 => CartPlan.Pays,
        < 0.67 => CartPlan.PaysLate,
        < 0.80 => CartPlan.LetsItRunOut,
        < 0.90 => CartPlan.GivesBack,
        _ => CartPlan.RunsOutAndJoinsAgain,
    };

    private static List<FaultPlan> DrawFaults(
        Chance chance, int edges, int rooms, Sale sale, long until, IReadOnlyList<FaultKind> kinds)
    {
        var count = (int)chance.Between(3, 8);
        var faults = new List<FaultPlan>(count);
        // Of few kinds there may not be room for so many.
        for (var tries = 0; faults.Count < count && tries < 10 * count; tries++)
        {
            var kind = kinds[chance.Next(kinds.Count)];
            // One in three comes while the one before is still there.
            var at = faults.Count > 0 && chance.Happens(0.35)
                ? faults[^1].At + chance.Between(0, Math.Max(1, faults[^1].ForMs)) : chance.Between(500, until);
            var fault = new FaultPlan(kind, at, DrawLength(chance, kind, sale), DrawTarget(chance, kind, edges, rooms));
            // Of a ledger that is put back twice nobody could say what is true.
            if (kind == FaultKind.LedgerRestored && faults.Exists(other => other.Kind == kind)) continue;
            if (!faults.Exists(other => other.Kind == kind && other.Target == fault.Target
                && other.At <= fault.At + fault.ForMs && fault.At <= other.At + other.ForMs)) faults.Add(fault);
        }

        return [.. faults.OrderBy(fault => fault.At)];
    }

    private static long DrawLength(Chance chance, FaultKind kind, Sale sale) => kind switch
    {
        FaultKind.LeaseLost or FaultKind.LedgerRestored => 0,
        // A grace is longer than a statement may run: what takes longer to commit breaks the promise it is.
        FaultKind.LedgerCommitsLate => chance.Between(50, sale.GraceSeconds * 1000L - 250),
        FaultKind.RedisFailover => chance.Between(20, 1500),
        FaultKind.RedisDies or FaultKind.RedisEmptied or FaultKind.RedisOldCopy => chance.Between(100, 4000),
        FaultKind.RedisSlow => chance.Between(300, 4000),
        _ => chance.Between(200, LongestFaultMs),
    };

    private static int DrawTarget(Chance chance, FaultKind kind, int edges, int rooms) => kind switch
    {
        FaultKind.RoomPauses or FaultKind.RoomDies or FaultKind.PullsLost => chance.Next(rooms),
        FaultKind.EdgePauses or FaultKind.EdgeDies or FaultKind.EdgeBoardLate => chance.Next(edges),
        FaultKind.RedisUnreachable or FaultKind.RedisAnswersLost => chance.Next(edges + rooms),
        _ => 0,
    };

    private static List<OperatorPlan> DrawChanges(Chance chance, Chance more, Sale sale, long startMs, long calmAt)
    {
        var changes = new List<OperatorPlan>();
        while (chance.Happens(0.45) && changes.Count < 4)
        {
            var at = chance.Between(1000, calmAt);
            switch (chance.Next(5))
            {
                case 0:
                    changes.Add(new OperatorPlan(at, OperatorChange.Pause, 0));
                    changes.Add(new OperatorPlan(at + chance.Between(300, 4000), OperatorChange.Resume, 0));
                    break;
                case 1 or 2:
                    changes.Add(new OperatorPlan(at, OperatorChange.Inventory, Math.Max(1, sale.Inventory + (int)chance.Between(-4, 4))));
                    // What is withdrawn comes back while tokens for it are out.
                    if (changes[^1].Value < sale.Inventory && more.Happens(0.6))
                        changes.Add(new OperatorPlan(at + more.Between(200, 3000), OperatorChange.Inventory, sale.Inventory));
                    break;
                case 3:
                    changes.Add(new OperatorPlan(at, OperatorChange.AdmitPerSecond, (int)chance.Between(1, 50)));
                    break;
                default:
                    changes.Add(new OperatorPlan(at, OperatorChange.End, (int)chance.Between(0, 8000)));
                    if (chance.Happens(0.6))
                        changes.Add(new OperatorPlan(
                            at + chance.Between(200, 6000), OperatorChange.Extend, (int)chance.Between(15_000, 40_000)));
                    break;
            }
        }

        return [.. changes.OrderBy(change => change.At)];
    }
}
