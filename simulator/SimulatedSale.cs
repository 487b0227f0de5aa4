using FlashSale.Contract;
using FlashSale.Simulator.World;

namespace FlashSale.Simulator;

/// <summary>Runs a scenario: one thread, virtual time, and the product's own code over simulated I/O.</summary>
public static class SimulatedSale
{
    /// <summary>It is at rest when nothing has been under way for so long.</summary>
    private const int RestMs = 1000;
    private const int LookEveryMs = 250;

    /// <summary>The same scenario gives the same facts, always and everywhere.</summary>
    public static SaleRun Run(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        var world = new SaleWorld(scenario);
        var (time, end) = (world.Time, RunEnd.OutOfTime);
        time.At(0, world.Start);
        time.RunUntil(scenario.CalmAt);
        for (var restedMs = 0; time.NowMs < scenario.EndAt && time.Failure is null;)
        {
            time.RunUntil(Math.Min(scenario.EndAt, time.NowMs + LookEveryMs));
            restedMs = IsAtRest(world) ? restedMs + LookEveryMs : 0;
            if (restedMs < RestMs) continue;
            end = RunEnd.AtRest;
            break;
        }

        if (time.Failure is not null) end = RunEnd.Failed;
        return new SaleRun(scenario, world.Witness.Facts, time.Happened, time.NowMs, end, time.Failure) { Redis = world.Redis.Data };
    }

    private static bool IsAtRest(SaleWorld world)
    {
        // A sale that is paused, over or cut short rests only for as long as its operators leave it so.
        if (world.Scenario.Changes.Any(change => change.At > world.Time.NowMs)) return false;
        var ledger = world.Ledger.Data;
        if (world.Shoppers.Any(shopper => !shopper.IsDone && !shopper.Waits)) return false;
        if (ledger.Pending.Count > 0 || ledger.Rows.Any(row => row.IsHeld)) return false;
        var (sale, now) = (ledger.Sale, world.Ledger.Now);
        if (world.Redis.Read(new Queue.LineKeys(sale.Id).Admitted).Length > 0) return false;
        if (world.Shoppers.All(shopper => shopper.IsDone)) return true;
        var sold = ledger.Rows.Count(row => row.Shown is UnitState.Sold);
        return sold >= sale.Inventory || sale.Paused || sale.EndsAt <= now;
    }
}
