using FlashSale.Command.Processes;
using FlashSale.LoadTest.Chaos;

namespace FlashSale.Command.Chaos;

/// <summary>A fault that happened, and when: epoch seconds from before it was injected until it had been lifted.</summary>
internal sealed record Injected(string Name, Period When);

/// <summary>Everything that is done to the system, each ending with the system whole again.</summary>
/// <param name="injected">How often each happened; counted on.</param>
internal sealed class Faults(ChaosSystem system, Random random, IDictionary<string, int> injected)
{
    /// <summary>How often two faults come at the same time.</summary>
    private const double Together = 0.3;
    private const string KillRedis = "kill Redis";
    private const string KillRedisWithItsData = "kill Redis and delete its data";
    private const string OldRedis = "start Redis from an old copy";
    private const string FlushRedis = "FLUSHALL";

    /// <summary>Some edge may not reach Redis meanwhile.</summary>
    public static bool TroublesRedis(string fault) =>
        fault == FlushRedis || fault.Contains("Redis", StringComparison.Ordinal);

    /// <summary>A killed Redis loses up to a second of its append-only file.</summary>
    public static bool LosesRedisData(string fault) =>
        fault is KillRedis or KillRedisWithItsData or OldRedis or FlushRedis;

    /// <summary>
    /// One fault, or two of different parts at the same time, chosen and timed by the seed; returns when they have been
    /// lifted. What found nobody to happen to is not among them.
    /// </summary>
    public async Task<IReadOnlyList<Injected>> InjectAsync(CancellationToken cancel)
    {
        // Drawn before anything happens: how long something takes must not change what the seed says.
        var first = Draw(cancel);
        var second = random.NextDouble() < Together ? Draw(cancel) : null;
        if (second?.Part == first.Part) second = null;
        var happened = await Task.WhenAll(RunAsync(first), second is null ? Task.FromResult<Injected?>(null) : RunAsync(second));
        foreach (var fault in happened.OfType<Injected>())
            injected[fault.Name] = injected.TryGetValue(fault.Name, out var before) ? before + 1 : 1;
        return [.. happened.OfType<Injected>()];
    }

    private sealed record Fault(string Part, string Name, Func<Task<bool>> Run);

    private Fault Draw(CancellationToken cancel)
    {
        var own = new OneFault(system, new Random(random.Next()), cancel);
        Fault[] all =
        [
            new("edge", "kill an edge", () => own.SignalAsync(state => state.Edges, Signals.Kill)),
            new("room", "kill a waiting room", () => own.SignalAsync(state => state.Waitingrooms, Signals.Kill)),
            new("checkout", "kill a checkout", () => own.SignalAsync(state => state.Checkouts, Signals.Kill)),
            new("edge", "stop an edge", () => own.SignalAsync(state => state.Edges, Signals.Terminate)),
            new("room", "stop a waiting room", () => own.SignalAsync(state => state.Waitingrooms, Signals.Terminate)),
            new("checkout", "stop a checkout", () => own.SignalAsync(state => state.Checkouts, Signals.Terminate)),
            new("edge", "pause an edge", () => own.PauseAsync(state => state.Edges)),
            new("room", "pause a waiting room", () => own.PauseAsync(state => state.Waitingrooms)),
            new("checkout", "pause a checkout", () => own.PauseAsync(state => state.Checkouts)),
            new("Redis", KillRedis, () => Done(system.RestartRedisAsync(wiped: false, cancel))),
            new("Redis", KillRedisWithItsData, () => Done(system.RestartRedisAsync(wiped: true, cancel))),
            new("Redis", OldRedis, () => Done(system.RestartRedisFromCopyAsync(own.Seconds(0.5, 3), cancel))),
            new("Redis", FlushRedis, () => own.RedisAsync("FLUSHALL")),
            new("Redis", "SCRIPT FLUSH", () => own.RedisAsync("SCRIPT", "FLUSH")),
            new("MariaDB", "kill MariaDB", () => Done(system.RestartMySqlAsync(own.Seconds(0, 2), cancel))),
            new("MariaDB", "pause MariaDB", () => own.PauseAsync(system.MySqlPid, own.Seconds(0.5, 4))),
            new("link to MariaDB", "take MariaDB's connections", own.TakeConnectionsAsync),
            new("link to Redis", "stall the link to Redis", () => own.CutAsync(system.RedisLink, LinkState.Stalled)),
            new("link to Redis", "reset the link to Redis", () => own.CutAsync(system.RedisLink, LinkState.Refusing)),
            new("link to MariaDB", "stall the link to MariaDB", () => own.CutAsync(system.MySqlLink, LinkState.Stalled)),
            new("link to MariaDB", "reset the link to MariaDB", () => own.CutAsync(system.MySqlLink, LinkState.Refusing)),
            new("link to Redis", "slow the link to Redis", () => own.SlowAsync(system.RedisLink)),
            new("link to MariaDB", "slow the link to MariaDB", () => own.SlowAsync(system.MySqlLink)),
            new("link to Redis", "cut half of the links to Redis", () => own.CutHalfAsync(system.RedisLink)),
            new("link to MariaDB", "cut half of the links to MariaDB", () => own.CutHalfAsync(system.MySqlLink)),
            new("link to Redis", "lose Redis' answers", () => OneFault.LoseAnswers(system.RedisLink)),
            new("link to MariaDB", "lose MariaDB's answers", () => OneFault.LoseAnswers(system.MySqlLink)),
            new("provider", "the provider misbehaves", own.MisbehaveAsync),
        ];
        return all[random.Next(all.Length)];
    }

    private static async Task<Injected?> RunAsync(Fault fault)
    {
        var began = Now;
        return await fault.Run() ? new Injected(fault.Name, new Period(began, Now)) : null;
    }

    private static double Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private static async Task<bool> Done(Task fault)
    {
        await fault;
        return true;
    }
}
