using FlashSale.Contract;
using FlashSale.Simulator.Models;
using FlashSale.Simulator.Time;

namespace FlashSale.Simulator.World;

/// <summary>What a shopper does with an admission: redeems it, and pays, gives back, or forgets.</summary>
internal sealed class Basket(SaleWorld world, ShopperPlan plan, Chance chance, Token token, int visit)
{
    private const int MaxTries = 40;
    private const int MaxPayments = 2;

    /// <summary>Null: someone else has the unit; back to the line, whose turn it will be again.</summary>
    public async Task<VisitEnd?> RunAsync()
    {
        await WaitAsync(chance.Between(10, 600));
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var sentAt = world.Witness.Now;
            switch (await world.Checkout.RedeemAsync(token))
            {
                case RedeemOutcome.Reserved { Row: var row }:
                    return await HasAsync(row);
                case RedeemOutcome.Repeated { Row: var row }:
                    return await HasAsync(row);
                case null:
                    await WaitAsync(chance.Between(300, 900));
                    continue;
                case var refused:
                    return Refused(refused, sentAt);
            }
        }

        return VisitEnd.Lost;
    }

    private VisitEnd? Refused(RedeemOutcome outcome, long sentAt)
    {
        world.Witness.Tell(new Fact.RedeemRefused(
            world.Witness.Now, plan.Shopper, token.Unit, token.Admission, outcome.GetType().Name,
            ByClock: outcome is RedeemOutcome.AdmissionMissed)
        {
            SentAt = sentAt,
        });
        return outcome switch
        {
            RedeemOutcome.UnitTaken => null,
            RedeemOutcome.AlreadyBought => VisitEnd.Bought,
            RedeemOutcome.AlreadyReserved => VisitEnd.Gone,
            RedeemOutcome.SaleEnded => VisitEnd.Over,
            _ => plan.Habit is Habit.ClaimsLate ? VisitEnd.Gone : VisitEnd.Lost,
        };
    }

    private async Task<VisitEnd> HasAsync(LedgerRow row)
    {
        Acknowledged(row.State is RowState.Sold ? UnitState.Sold : UnitState.Held);
        if (row.State is RowState.Sold) return VisitEnd.Bought;
        var cart = visit > 1 ? CartPlan.Pays : plan.Cart;
        var left = (row.PayBy - world.Ledger.Now).Ticks / TimeSpan.TicksPerMillisecond;
        switch (cart)
        {
            case CartPlan.Pays:
                await WaitAsync(chance.Between(50, Math.Max(51, left / 2)));
                return await PayAsync(row.Id, providerMs: chance.Between(20, 500), MaxPayments);
            case CartPlan.PaysLate:
                await WaitAsync(left + chance.Between(-600, world.Scenario.Sale.GraceSeconds * 1000L));
                return await PayAsync(row.Id, providerMs: chance.Between(600, 3000), payments: 1);
            case CartPlan.GivesBack:
                await WaitAsync(chance.Between(100, Math.Max(101, left / 2)));
                await GiveBackAsync(row.Id);
                return VisitEnd.Gone;
            case CartPlan.RunsOutAndJoinsAgain:
                await WaitAsync(left + world.Scenario.Sale.GraceSeconds * 1000L + chance.Between(200, 1500));
                return VisitEnd.Gone;
            default:
                return VisitEnd.Gone;
        }
    }

    private async Task<VisitEnd> PayAsync(long id, long providerMs, int payments)
    {
        for (var payment = 1; payment <= payments; payment++)
        {
            if (await world.Checkout.PayAsync(id, providerMs))
            {
                Acknowledged(UnitState.Sold);
                return VisitEnd.Bought;
            }
        }

        return plan.Habit == Habit.TwoTabs ? VisitEnd.Gone : VisitEnd.Lost;
    }

    private async Task GiveBackAsync(long id)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (await world.Checkout.GiveBackAsync(id) is { } done)
            {
                if (done) Acknowledged(UnitState.Released);
                return;
            }

            await WaitAsync(chance.Between(300, 900));
        }
    }

    private void Acknowledged(UnitState state) => world.Witness.Tell(
        new Fact.Acknowledged(world.Witness.Now, plan.Shopper, token.Unit, token.Admission, state));

    private Task WaitAsync(long ms) => world.Time.DelayAsync(Math.Max(0, ms) * TimeSpan.TicksPerMillisecond);
}
