using System.Net.Http.Json;

using FlashSale.Command.Processes;
using FlashSale.Command.Up;
using FlashSale.LoadTest.Chaos;

using StackExchange.Redis;

namespace FlashSale.Command.Chaos;

/// <summary>Everything that is done to the system, each ending with the system whole again.</summary>
/// <param name="injected">How often each was injected; counted on.</param>
internal sealed class Faults(ChaosSystem system, Random random, IDictionary<string, int> injected)
{
    private const string KillRedis = "kill Redis";
    private const string KillRedisWithItsData = "kill Redis and delete its data";
    private const string OldRedis = "start Redis from an old copy";
    private const string FlushRedis = "FLUSHALL";
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private static readonly string[] s_misbehaviours =
    [
        "slow", "resetBefore", "resetAfter", "error500Before", "error500After", "malformed", "truncated",
        "tooManyRequests", "webhookNever", "webhookDuplicated", "voidFails", "refundFails",
    ];

    /// <summary>A killed Redis loses up to a second of its append-only file.</summary>
    public static bool LosesRedisData(string fault) =>
        fault is KillRedis or KillRedisWithItsData or OldRedis or FlushRedis;

    /// <summary>One fault, chosen and timed by the seed; returns when it has been lifted.</summary>
    public async Task<string> InjectAsync(CancellationToken cancel)
    {
        (string Name, Func<Task> Run)[] all =
        [
            ("kill an edge", () => KillAsync(state => state.Edges, cancel)),
            ("kill a waiting room", () => KillAsync(state => state.Waitingrooms, cancel)),
            ("kill a checkout", () => KillAsync(state => state.Checkouts, cancel)),
            ("stop an edge", () => StopAsync(state => state.Edges, cancel)),
            ("stop a waiting room", () => StopAsync(state => state.Waitingrooms, cancel)),
            ("stop a checkout", () => StopAsync(state => state.Checkouts, cancel)),
            ("pause an edge", () => PauseAsync(state => state.Edges, cancel)),
            ("pause a waiting room", () => PauseAsync(state => state.Waitingrooms, cancel)),
            ("pause a checkout", () => PauseAsync(state => state.Checkouts, cancel)),
            (KillRedis, () => system.RestartRedisAsync(wiped: false, cancel)),
            (KillRedisWithItsData, () => system.RestartRedisAsync(wiped: true, cancel)),
            (OldRedis, () => system.RestartRedisFromCopyAsync(Seconds(0.5, 3), cancel)),
            (FlushRedis, () => RedisAsync("FLUSHALL")),
            ("SCRIPT FLUSH", () => RedisAsync("SCRIPT", "FLUSH")),
            ("kill MariaDB", () => system.RestartMySqlAsync(Seconds(0, 2), cancel)),
            ("pause MariaDB", () => PauseAsync(system.MySqlPid, Seconds(0.5, 4), cancel)),
            ("take MariaDB's connections", () => TakeConnectionsAsync(Seconds(1, 4), cancel)),
            ("stall the link to Redis", () => CutAsync(system.RedisLink, LinkState.Stalled, cancel)),
            ("reset the link to Redis", () => CutAsync(system.RedisLink, LinkState.Refusing, cancel)),
            ("stall the link to MariaDB", () => CutAsync(system.MySqlLink, LinkState.Stalled, cancel)),
            ("reset the link to MariaDB", () => CutAsync(system.MySqlLink, LinkState.Refusing, cancel)),
            ("slow the link to Redis", () => SlowAsync(system.RedisLink, cancel)),
            ("slow the link to MariaDB", () => SlowAsync(system.MySqlLink, cancel)),
            ("cut half of the links to Redis", () => CutHalfAsync(system.RedisLink, cancel)),
            ("cut half of the links to MariaDB", () => CutHalfAsync(system.MySqlLink, cancel)),
            ("lose Redis' answers", () => LoseAnswers(system.RedisLink)),
            ("lose MariaDB's answers", () => LoseAnswers(system.MySqlLink)),
            ("the provider misbehaves", () => MisbehaveAsync(cancel)),
        ];
        var (name, run) = all[random.Next(all.Length)];
        injected[name] = injected.TryGetValue(name, out var before) ? before + 1 : 1;
        await run();
        return name;
    }

    private async Task KillAsync(Func<SystemState, IReadOnlyList<RunningService>> which, CancellationToken cancel) =>
        Signals.Kill(await OneAsync(which, cancel));

    private async Task StopAsync(Func<SystemState, IReadOnlyList<RunningService>> which, CancellationToken cancel) =>
        Signals.Terminate(await OneAsync(which, cancel));

    // Longer than the lease and the patience of the other services, and shorter.
    private async Task PauseAsync(Func<SystemState, IReadOnlyList<RunningService>> which, CancellationToken cancel) =>
        await PauseAsync(await OneAsync(which, cancel), Seconds(0.5, 6), cancel);

    private static async Task PauseAsync(int pid, TimeSpan time, CancellationToken cancel)
    {
        Signals.Pause(pid);
        try
        {
            await Task.Delay(time, cancel);
        }
        finally
        {
            Signals.Resume(pid);
        }
    }

    private async Task CutAsync(FaultProxy link, LinkState how, CancellationToken cancel)
    {
        link.Set(how);
        try
        {
            await Task.Delay(Seconds(0.2, 5), cancel);
        }
        finally
        {
            link.Set(LinkState.Up);
        }
    }

    private async Task SlowAsync(FaultProxy link, CancellationToken cancel)
    {
        link.Delay = Seconds(0.02, 0.4);
        try
        {
            await Task.Delay(Seconds(1, 5), cancel);
        }
        finally
        {
            link.Delay = TimeSpan.Zero;
        }
    }

    /// <summary>A partition: some of the services do not get through, while others do.</summary>
    private async Task CutHalfAsync(FaultProxy link, CancellationToken cancel)
    {
        link.StallHalf(random.Next());
        try
        {
            await Task.Delay(Seconds(1, 6), cancel);
        }
        finally
        {
            link.Mend();
        }
    }

    /// <summary>What is under way is done, and nobody is told.</summary>
    private static Task LoseAnswers(FaultProxy link)
    {
        link.DropAnswers();
        return Task.CompletedTask;
    }

    private async Task MisbehaveAsync(CancellationToken cancel)
    {
        var simulator = (await system.StateAsync(cancel)).PaymentSimulator.Url;
        var rates = s_misbehaviours.ToDictionary(kind => kind, _ => 0.1 * random.NextDouble());
        using var set = await s_http.PutAsJsonAsync($"{simulator}/sim/faults", new { seed = random.Next(), rates }, cancel);
        set.EnsureSuccessStatusCode();
        await Task.Delay(Seconds(2, 8), cancel);
        using var heal = await s_http.DeleteAsync($"{simulator}/sim/faults", cancel);
        heal.EnsureSuccessStatusCode();
    }

    /// <summary>Every connection is cut and hardly any new one is let in, as a server out of connections does.</summary>
    private async Task TakeConnectionsAsync(TimeSpan time, CancellationToken cancel)
    {
        system.MySqlLink.MostConnections = 2;
        system.MySqlLink.Reset();
        try
        {
            await Task.Delay(time, cancel);
        }
        finally
        {
            system.MySqlLink.MostConnections = FaultProxy.MaxConnections;
        }
    }

    private async Task RedisAsync(params string[] command)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.Redis + ",allowAdmin=true");
        await redis.GetDatabase().ExecuteAsync(command[0], [.. command.Skip(1)]);
    }

    private async Task<int> OneAsync(Func<SystemState, IReadOnlyList<RunningService>> which, CancellationToken cancel)
    {
        var running = which(await system.StateAsync(cancel));
        return running[random.Next(running.Count)].Pid;
    }

    private TimeSpan Seconds(double least, double most) =>
        TimeSpan.FromSeconds(least + (most - least) * random.NextDouble());
}
