using FlashSale.Simulator.Models;
using FlashSale.Simulator.Time;

namespace FlashSale.Simulator.World;

/// <summary>Breaks things as planned, and mends them.</summary>
internal sealed class FaultRunner(SaleWorld world)
{
    private const long Ms = TimeSpan.TicksPerMillisecond;

    private readonly Dictionary<FaultPlan, RedisModel> _redisCopies = [];
    private readonly Dictionary<FaultPlan, (LedgerModel Data, long At, int Facts)> _ledgerCopies = [];

    public void Start()
    {
        foreach (var plan in world.Scenario.Faults)
        {
            var chance = Chance.Of(world.Scenario.Seed, Actor.Fault, ((plan.At * 32) + (long)plan.Kind) * 8 + plan.Target);
            PlanCopies(plan, chance);
            world.Time.At(plan.At, () => Begin(plan, chance));
            world.Time.At(Math.Min(plan.At + plan.ForMs, world.Scenario.CalmAt), () => End(plan));
        }
    }

    /// <summary>What will be gone back to is copied before.</summary>
    private void PlanCopies(FaultPlan plan, Chance chance)
    {
        var ago = plan.Kind switch
        {
            FaultKind.RedisOldCopy => chance.Between(100, 6000),
            FaultKind.RedisFailover => chance.Between(1, 400),
            FaultKind.LedgerRestored => chance.Between(50, 5000),
            _ => 0,
        };
        var at = Math.Max(0, plan.At - ago);
        if (plan.Kind is FaultKind.RedisOldCopy or FaultKind.RedisFailover)
            world.Time.At(at, () => _redisCopies[plan] = world.Redis.Data.Copy());
        if (plan.Kind == FaultKind.LedgerRestored)
            world.Time.At(at, () => _ledgerCopies[plan] =
                (world.Ledger.Data.Copy(), world.Time.NowMs, world.Witness.Facts.Count));
    }

    private void Begin(FaultPlan plan, Chance chance)
    {
        world.Witness.Tell(new Fact.Fault(world.Time.NowMs, plan.Kind, plan.Target, Begins: true));
        switch (plan.Kind)
        {
            case FaultKind.RoomPauses or FaultKind.EdgePauses:
                Machine(plan).Redis.HoldsWhatItSends = chance.Happens(0.5);
                Machine(plan).Process.Pause();
                break;
            case FaultKind.RoomDies or FaultKind.EdgeDies:
                Machine(plan).Process.Die();
                break;
            case FaultKind.RedisUnreachable:
                Machine(plan).Reach = chance.Next(3) switch { 0 => Reach.Refused, 1 => Reach.Lost, _ => Reach.Delayed };
                break;
            case FaultKind.RedisAnswersLost:
                Machine(plan).Reach = Reach.Unanswered;
                break;
            case FaultKind.RedisSlow when chance.Happens(0.5):
                world.Redis.StallFor(plan.ForMs * Ms);
                break;
            case FaultKind.RedisSlow:
                world.Redis.Slowness = chance.Between(10, 500) * Ms;
                break;
            case FaultKind.RedisDies or FaultKind.RedisEmptied or FaultKind.RedisOldCopy or FaultKind.RedisFailover:
                world.Redis.GoDown();
                break;
            case FaultKind.LeaseLost:
                world.Redis.LoseLease();
                break;
            default:
                BeginInLedger(plan, chance);
                break;
        }

        if (MeetsMachine(plan.Kind)) Machine(plan).Troubled(begins: true);
    }

    private void BeginInLedger(FaultPlan plan, Chance chance)
    {
        switch (plan.Kind)
        {
            case FaultKind.LedgerCommitsLate:
                world.Ledger.CommitsAfter = Math.Max(world.Ledger.CommitsAfter, world.Time.Now + plan.ForMs * Ms);
                break;
            case FaultKind.LedgerAnswersLost:
                world.Ledger.LoseAnswers(true);
                break;
            case FaultKind.LedgerAway:
                world.Ledger.GoAway();
                break;
            case FaultKind.LedgerSlow:
                world.Ledger.Slowness = chance.Between(20, 400) * Ms;
                break;
            case FaultKind.PullsLost:
                Room(plan).LosesPulls = true;
                break;
            case FaultKind.LedgerRestored:
                var (data, copiedAt, facts) = _ledgerCopies[plan];
                world.Ledger.Restore(data, copiedAt, facts);
                break;
            case FaultKind.EdgeBoardLate:
                Edge(plan).BoardDelay = chance.Between(200, 1400) * Ms;
                break;
        }
    }

    private void End(FaultPlan plan)
    {
        switch (plan.Kind)
        {
            case FaultKind.RoomPauses or FaultKind.EdgePauses:
                Machine(plan).Process.Resume();
                break;
            case FaultKind.RoomDies or FaultKind.EdgeDies when !Machine(plan).Process.IsAlive:
                Machine(plan).Start();
                break;
            case FaultKind.RedisUnreachable or FaultKind.RedisAnswersLost:
                Machine(plan).Reach = Reach.Fine;
                break;
            case FaultKind.RedisSlow:
                world.Redis.Slowness = 0;
                break;
            case FaultKind.RedisDies:
                world.Redis.ComeUp();
                break;
            case FaultKind.RedisEmptied:
                world.Redis.ComeUp(new RedisModel());
                break;
            case FaultKind.RedisOldCopy:
                world.Redis.ComeUp(_redisCopies[plan]);
                break;
            case FaultKind.RedisFailover:
                world.Redis.MoveTo(_redisCopies[plan]);
                break;
            case FaultKind.LedgerAnswersLost:
                world.Ledger.LoseAnswers(false);
                break;
            case FaultKind.LedgerAway:
                world.Ledger.ComeBack();
                break;
            case FaultKind.LedgerSlow:
                world.Ledger.Slowness = 0;
                break;
            case FaultKind.PullsLost:
                Room(plan).LosesPulls = false;
                break;
            case FaultKind.EdgeBoardLate:
                Edge(plan).BoardDelay = 0;
                break;
        }

        if (MeetsMachine(plan.Kind)) Machine(plan).Troubled(begins: false);
        world.Witness.Tell(new Fact.Fault(world.Time.NowMs, plan.Kind, plan.Target, Begins: false));
    }

    private Edge Edge(FaultPlan plan) => world.Edges[plan.Target % world.Edges.Count];

    private Room Room(FaultPlan plan) => world.Rooms[plan.Target % world.Rooms.Count];

    private Machine Machine(FaultPlan plan) => plan.Kind switch
    {
        FaultKind.RoomPauses or FaultKind.RoomDies or FaultKind.PullsLost => Room(plan),
        FaultKind.EdgePauses or FaultKind.EdgeDies or FaultKind.EdgeBoardLate => Edge(plan),
        _ => world.Machines.ElementAt(plan.Target % (world.Edges.Count + world.Rooms.Count)),
    };

    private static bool MeetsMachine(FaultKind kind) => kind is FaultKind.RoomPauses or FaultKind.RoomDies
        or FaultKind.PullsLost or FaultKind.EdgePauses or FaultKind.EdgeDies or FaultKind.EdgeBoardLate
        or FaultKind.RedisUnreachable or FaultKind.RedisAnswersLost;
}
