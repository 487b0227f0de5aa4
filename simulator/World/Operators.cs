using FlashSale.Contract;
using FlashSale.Simulator.Models;

namespace FlashSale.Simulator.World;

/// <summary>Changes the sale's settings, as the checkout allows it.</summary>
internal static class Operators
{
    public static void Start(SaleWorld world)
    {
        foreach (var plan in world.Scenario.Changes)
            world.Time.At(plan.At, () => world.Time.Start(() => ChangeAsync(world, plan)));
    }

    private static async Task ChangeAsync(SaleWorld world, OperatorPlan plan)
    {
        var outcome = await world.Ledger.RunAsync((data, now) => data.Change(now, sale => Changed(sale, plan, now)));
        if (outcome is SettingOutcome.Saved) world.Ledger.Poke?.Invoke();
    }

    private static Sale Changed(Sale sale, OperatorPlan plan, DateTimeOffset now)
    {
        switch (plan.Change)
        {
            case OperatorChange.Pause:
                return sale with { Paused = true };
            case OperatorChange.Resume:
                return sale with { Paused = false };
            case OperatorChange.Inventory:
                return sale with { Inventory = Math.Max(1, plan.Value) };
            case OperatorChange.AdmitPerSecond:
                return sale with { AdmitPerSecond = plan.Value };
            default:
                // End and Extend: at so many ms from now, which is after the start or not allowed.
                var end = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero)
                    .AddMilliseconds(plan.Value);
                return end <= sale.StartsAt ? sale : sale with { EndsAt = end };
        }
    }
}
