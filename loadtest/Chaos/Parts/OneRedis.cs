using FlashSale.Local;
using FlashSale.Local.Hosts;
using FlashSale.Local.Processes;
using FlashSale.Local.Servers;

using StackExchange.Redis;

namespace FlashSale.LoadTest.Chaos.Parts;

/// <summary>The line on one server: behind a link that is ours to cut, or on a host of its own, whose network is.</summary>
internal sealed class OneRedis : IPart
{
    private const string Part = "Redis", Link = "link to Redis";

    private readonly string _folder, _copy;
    private readonly PrivateRedis _server;
    private readonly FaultProxy? _link;

    private OneRedis(string folder, Host? host)
    {
        (_folder, _copy) = (Path.Combine(folder, "redis"), Path.Combine(folder, "redis-copy"));
        _server = new PrivateRedis(_folder, Path.Combine(folder, "redis.log"), FreePort.Next(), Durability.Full, host);
        _link = host is null ? new FaultProxy(_server.Port) : null;
        Faults =
        [
            new(Part, "kill Redis",
                own => OneFault.DoneAsync(RestartAsync(own, wiped: false))) { TroublesRedis = true, LosesRedisData = true },
            new(Part, "kill Redis and delete its data",
                own => OneFault.DoneAsync(RestartAsync(own, wiped: true))) { TroublesRedis = true, LosesRedisData = true },
            new(Part, "start Redis from an old copy",
                own => OneFault.DoneAsync(RestartFromCopyAsync(own))) { TroublesRedis = true, LosesRedisData = true },
            new(Part, "FLUSHALL",
                own => OneFault.DoneAsync(AskAsync("FLUSHALL"))) { TroublesRedis = true, LosesRedisData = true },
            new(Part, "SCRIPT FLUSH", own => OneFault.DoneAsync(AskAsync("SCRIPT", "FLUSH"))),
            .. _link is null ? [] : new ChaosFault[]
            {
                new(Link, "stall the link to Redis", own => own.CutAsync(_link, LinkState.Stalled)) { TroublesRedis = true },
                new(Link, "reset the link to Redis", own => own.CutAsync(_link, LinkState.Refusing)) { TroublesRedis = true },
                new(Link, "slow the link to Redis", own => own.SlowAsync(_link)) { TroublesRedis = true },
                new(Link, "cut half of the links to Redis", own => own.CutHalfAsync(_link)) { TroublesRedis = true },
                new(Link, "lose Redis' answers", _ => OneFault.LoseAnswers(_link)) { TroublesRedis = true },
            },
        ];
    }

    public string ForServices => _link is null ? ForChecker : $"127.0.0.1:{_link.Port}";

    public string ForChecker => _server.ConnectionString;

    public IReadOnlyList<ChaosFault> Faults { get; }

    public static async Task<IPart> StartAsync(string folder, Host? host, CancellationToken cancel) =>
        await Whole.StartAsync(new OneRedis(folder, host), part => part._server.StartAsync(cancel));

    public async ValueTask DisposeAsync()
    {
        if (_link is not null) await _link.DisposeAsync();
        await _server.DisposeAsync();
    }

    /// <summary>With what it had written, or with nothing.</summary>
    private async Task RestartAsync(OneFault own, bool wiped)
    {
        await _server.Process!.KillAsync();
        if (wiped) Directory.Delete(_folder, recursive: true);
        await _server.StartAsync(own.Cancel);
    }

    /// <summary>With what it had written some time ago.</summary>
    private async Task RestartFromCopyAsync(OneFault own)
    {
        CopyFolder(_folder, _copy);
        await Task.Delay(own.Seconds(0.5, 3), own.Cancel);
        await _server.Process!.KillAsync();
        Directory.Delete(_folder, recursive: true);
        Directory.Move(_copy, _folder);
        await _server.StartAsync(own.Cancel);
    }

    private async Task AskAsync(params string[] command)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(ForChecker + ",allowAdmin=true");
        await redis.GetDatabase().ExecuteAsync(command[0], [.. command.Skip(1)]);
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.GetDirectories(from)) CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
