using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Simulator.Time;
using FlashSale.WaitingRoom.Claims;
using FlashSale.WaitingRoom.Ledger;
using FlashSale.WaitingRoom.Pumping;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FlashSale.Simulator.World;

/// <summary>A waiting room: the product's own, over simulated I/O. One that has died is replaced by another.</summary>
internal sealed class Room(SaleWorld world, int number) : Machine(
    world, number, world.Scenario.ClockErrorsMs[world.Scenario.Edges + number], Actor.Room)
{
    private readonly IOptions<WaitingRoomOptions> _options =
        Options.Create(new WaitingRoomOptions { RecoverySeconds = world.Scenario.RecoverySeconds });

    private Pump _pump = null!;
    private Claiming _claiming = null!;
    private PulledSales _catalog = null!;

    /// <summary>Its pulls get no answer.</summary>
    public bool LosesPulls { get; set; }

    protected override void Run()
    {
        _catalog = new PulledSales(Process);
        var leadership = new Leadership(Redis, Process, NullLogger<Leadership>.Instance);
        _pump = new Pump(
            new Pulls(this, Process), _catalog, leadership, Redis, Process, _options, NullLogger<Pump>.Instance)
        {
            Tick = TimeSpan.FromMilliseconds(World.Scenario.TickMs),
        };
        _claiming = new Claiming(_catalog, Redis);
        World.Time.Start(() => leadership.RunAsync(CancellationToken.None));
        World.Time.Start(() => _pump.RunAsync(CancellationToken.None));
    }

    /// <summary>The ledger has changed: told a little later.</summary>
    public void Poke()
    {
        if (!Process.IsAlive) return;
        World.Time.In(World.Ledger.Hop(), new Doing(_pump.Poke), Process);
    }

    /// <summary>A claim that an edge forwards; null when there is no answer, or none of use.</summary>
    public async Task<ClaimOutcome?> ClaimAsync(SaleId sale, Place place)
    {
        if (_catalog.Find(sale) is null) return null;
        try
        {
            return await _claiming.ClaimAsync(sale, place);
        }
        catch (LineUnavailableException)
        {
            return null;
        }
    }

    /// <summary>The pull of one process, which a dead one's successor has nothing to do with.</summary>
    private sealed class Pulls(Room room, SimulatedProcess process) : ILedger
    {
        /// <summary>How long a pull waits for one checkout.</summary>
        private const long Patience = TimeSpan.TicksPerSecond;

        public Task<LedgerSnapshot?> PullAsync(DateTimeOffset? since, bool sums, string? revision, CancellationToken cancel)
        {
            var pull = new Pull();
            var time = process.Time;
            if (room.LosesPulls) time.In(Patience, pull, process);
            else time.Start(() => FetchAsync(pull, since, sums, revision));
            return pull.Task;
        }

        private async Task FetchAsync(Pull pull, DateTimeOffset? since, bool sums, string? revision)
        {
            var (time, ledger) = (process.Time, room.World.Ledger);
            var askedAt = time.Now;
            pull.Snapshot = await ledger.PullAsync(since, sums, revision);
            if (room.LosesPulls || time.Now - askedAt > Patience) pull.Snapshot = null;
            time.In(room.LosesPulls ? Math.Max(0, askedAt + Patience - time.Now) : 0, pull, process);
        }

        private sealed class Pull : TaskCompletionSource<LedgerSnapshot?>, IHappening
        {
            public LedgerSnapshot? Snapshot { get; set; }

            public void Happen() => SetResult(Snapshot);
        }
    }
}
