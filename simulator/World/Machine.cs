using FlashSale.Simulator.Time;

namespace FlashSale.Simulator.World;

/// <summary>Where an edge or a waiting room runs. When its process dies another is started; faults are of the machine.</summary>
internal abstract class Machine
{
    private readonly SaleWorld _world;
    private readonly int _number;
    private readonly long _clockErrorMs;
    private Reach _reach;
    private int _troubles;

    /// <param name="number">Among its kind.</param>
    protected Machine(SaleWorld world, int number, long clockErrorMs, Actor kind)
    {
        (_world, _number, _clockErrorMs) = (world, number, clockErrorMs);
        Chance = Chance.Of(world.Scenario.Seed, kind, number);
    }

    public SimulatedProcess Process { get; private set; } = null!;

    public RedisConnection Redis { get; private set; } = null!;

    public int Number => _number;

    /// <summary>A fault meets it, or what it needs to reach Redis.</summary>
    public bool IsTroubled => _troubles > 0;

    protected SaleWorld World => _world;

    protected Chance Chance { get; }

    /// <summary>What commands to Redis come to.</summary>
    public Reach Reach
    {
        get => _reach;
        set => Redis.Set(_reach = value);
    }

    /// <summary>Starts a process.</summary>
    public void Start()
    {
        Process = new SimulatedProcess(_world.Time, _clockErrorMs);
        Redis = new RedisConnection(_world.Redis, Process, Chance, _number);
        Redis.Set(_reach);
        Run();
    }

    /// <summary>Counts what is wrong with it.</summary>
    public virtual void Troubled(bool begins) => _troubles += begins ? 1 : -1;

    /// <summary>Makes the product's parts for the new process and starts them.</summary>
    protected abstract void Run();
}
