
namespace FlashSale.LoadTest.Chaos;

/// <summary>Which faults come, and when: as the seed says.</summary>
/// <param name="injected">How often each happened; counted on.</param>
internal sealed class FaultInjector(ChaosSystem system, Random random, ChaosPlan plan, IDictionary<string, int> injected)
{
    /// <summary>How often two faults come at the same time.</summary>
    private const double Together = 0.3;

    /// <summary>Those that shall happen once and have not yet, in the seed's order.</summary>
    private readonly List<ChaosFault> _left = plan.EachFault ? Shuffled(system.OwnFaults, random) : [];

    /// <summary>Every fault that shall happen has.</summary>
    public bool EachHasHappened => _left.Count == 0;

    /// <summary>
    /// One fault, or two of different parts at the same time, chosen and timed by the seed; returns when they have been
    /// lifted. What found nobody to happen to is not among them.
    /// </summary>
    public async Task<IReadOnlyList<Injected>> InjectAsync(CancellationToken cancel)
    {
        // Drawn before anything happens: how long something takes must not change what the seed says.
        var drawn = plan.EachFault ? Next(cancel) : Draw(cancel);
        var happened = await Task.WhenAll(drawn.Select(RunAsync));
        foreach (var fault in happened.OfType<Injected>())
            injected[fault.Name] = injected.TryGetValue(fault.Name, out var before) ? before + 1 : 1;
        _left.RemoveAll(kind => happened.Any(fault => fault?.Name == kind.Name));
        return [.. happened.OfType<Injected>()];
    }

    private sealed record Drawn(ChaosFault Kind, OneFault Own);

    /// <summary>Any fault, and sometimes another.</summary>
    private List<Drawn> Draw(CancellationToken cancel)
    {
        var first = One();
        var second = random.NextDouble() < Together ? One() : null;
        return second is null || second.Kind.Part == first.Kind.Part ? [first] : [first, second];

        Drawn One()
        {
            var own = Own(cancel);
            return new Drawn(system.Faults[random.Next(system.Faults.Count)], own);
        }
    }

    /// <summary>The next of those that are left, and the first after it that is of another part.</summary>
    private List<Drawn> Next(CancellationToken cancel) =>
        [.. _left.DistinctBy(kind => kind.Part).Take(2).Select(kind => new Drawn(kind, Own(cancel)))];

    private OneFault Own(CancellationToken cancel) => new(system, new Random(random.Next()), plan.Length, cancel);

    private static List<ChaosFault> Shuffled(IEnumerable<ChaosFault> faults, Random random)
    {
        var all = faults.ToArray();
        random.Shuffle(all);
        return [.. all];
    }

    private static async Task<Injected?> RunAsync(Drawn fault)
    {
        var began = Now;
        return await fault.Kind.Run(fault.Own) ? new Injected(fault.Kind, new Period(began, Now)) : null;
    }

    private static double Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
}
