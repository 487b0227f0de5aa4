using FlashSale.Local.Processes;

namespace FlashSale.LoadTest.Chaos;

/// <summary>Something that is done to the system, and ends with the system whole again.</summary>
/// <param name="Part">What it is done to: two at the same time are of different parts.</param>
/// <param name="Run">False when there was nobody to do it to.</param>
internal sealed record ChaosFault(string Part, string Name, Func<OneFault, Task<bool>> Run)
{
    private const string KillRedis = "kill Redis";
    private const string KillRedisWithItsData = "kill Redis and delete its data";
    private const string OldRedis = "start Redis from an old copy";
    private const string FlushRedis = "FLUSHALL";

    public static IReadOnlyList<ChaosFault> All { get; } =
    [
        new("edge", "kill an edge", own => own.SignalAsync(state => state.Edges, Signals.Kill)),
        new("room", "kill a waiting room", own => own.SignalAsync(state => state.Waitingrooms, Signals.Kill)),
        new("checkout", "kill a checkout", own => own.SignalAsync(state => state.Checkouts, Signals.Kill)),
        new("edge", "stop an edge", own => own.SignalAsync(state => state.Edges, Signals.Terminate)),
        new("room", "stop a waiting room", own => own.SignalAsync(state => state.Waitingrooms, Signals.Terminate)),
        new("checkout", "stop a checkout", own => own.SignalAsync(state => state.Checkouts, Signals.Terminate)),
        new("edge", "pause an edge", own => own.PauseAsync(state => state.Edges)),
        new("room", "pause a waiting room", own => own.PauseAsync(state => state.Waitingrooms)),
        new("checkout", "pause a checkout", own => own.PauseAsync(state => state.Checkouts)),
        new("Redis", KillRedis, own => own.RestartRedisAsync(wiped: false)),
        new("Redis", KillRedisWithItsData, own => own.RestartRedisAsync(wiped: true)),
        new("Redis", OldRedis, own => own.RestartRedisFromCopyAsync()),
        new("Redis", FlushRedis, own => own.RedisAsync("FLUSHALL")),
        new("Redis", "SCRIPT FLUSH", own => own.RedisAsync("SCRIPT", "FLUSH")),
        new("MariaDB", "kill MariaDB", own => own.RestartMySqlAsync()),
        new("MariaDB", "pause MariaDB", own => own.PauseMySqlAsync()),
        new("link to MariaDB", "take MariaDB's connections", own => own.TakeConnectionsAsync()),
        new("link to Redis", "stall the link to Redis", own => own.CutAsync(own.RedisLink, LinkState.Stalled)),
        new("link to Redis", "reset the link to Redis", own => own.CutAsync(own.RedisLink, LinkState.Refusing)),
        new("link to MariaDB", "stall the link to MariaDB", own => own.CutAsync(own.MySqlLink, LinkState.Stalled)),
        new("link to MariaDB", "reset the link to MariaDB", own => own.CutAsync(own.MySqlLink, LinkState.Refusing)),
        new("link to Redis", "slow the link to Redis", own => own.SlowAsync(own.RedisLink)),
        new("link to MariaDB", "slow the link to MariaDB", own => own.SlowAsync(own.MySqlLink)),
        new("link to Redis", "cut half of the links to Redis", own => own.CutHalfAsync(own.RedisLink)),
        new("link to MariaDB", "cut half of the links to MariaDB", own => own.CutHalfAsync(own.MySqlLink)),
        new("link to Redis", "lose Redis' answers", own => OneFault.LoseAnswers(own.RedisLink)),
        new("link to MariaDB", "lose MariaDB's answers", own => OneFault.LoseAnswers(own.MySqlLink)),
        new("provider", "the provider misbehaves", own => own.MisbehaveAsync()),
    ];

    /// <summary>Some edge may not reach Redis meanwhile.</summary>
    public static bool TroublesRedis(string fault) =>
        fault == FlushRedis || fault.Contains("Redis", StringComparison.Ordinal);

    /// <summary>A killed Redis loses up to a second of its append-only file.</summary>
    public static bool LosesRedisData(string fault) =>
        fault is KillRedis or KillRedisWithItsData or OldRedis or FlushRedis;
}
