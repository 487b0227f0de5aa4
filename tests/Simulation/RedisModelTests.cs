using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Local.Processes;

using Xunit;

namespace FlashSale.Tests.Simulation;

/// <summary>
/// The simulator's Redis is held to the real one: random calls of all scripts on the model and on a real
/// server must give the same answers and leave the same keys. A failure prints the seed and what was done;
/// again with <c>FLASHSALE_MODEL_SEED=…</c>, longer with <c>FLASHSALE_MODEL_OPERATIONS=100000</c>, recorded
/// with <c>FLASHSALE_MODEL_RECORD=file</c>.
/// </summary>
public sealed class RedisModelTests(LineRecord record, ITestOutputHelper output) : IClassFixture<LineRecord>
{
    private const string Given = ", clock and run given";
    private const string Cluster = ", a Cluster";

    /// <summary>Of one sequence, which begins with nothing.</summary>
    private const int Steps = 250;

    /// <summary>What a run of some thousands cannot miss, or it compares less than it seems to.</summary>
    private static readonly string[] s_seen =
    [
        "admit: admitted", "admit: nobody", "admit: not admitted", "admit: refused",
        "begin: done", "begin: refused",
        "claim: refused", "claim: state 0", "claim: state 1", "claim: state 2", "claim: state 3",
        "claim: state 6", "join: bought", "join: had it", "join: new", "join: not paid", "join: refused",
        "lease: granted", "lease: not granted", "leave: refused", "leave: state 0", "look: absent",
        "look: fenced", "look: ok", "open: done", "open: refused", "publish: published", "publish: refused",
        "report: done", "report: refused", "settle: done", "settle: refused",
        "status: refused", "status: state 0", "status: state 1",
        "status: state 2", "status: state 3", "status: state 4", "status: state 5", "status: state 6",
    ];

    /// <summary>Valkey where it is installed.</summary>
    public static TheoryData<string, int> Servers
    {
        get
        {
            var servers = new TheoryData<string, int>
            {
                { "redis-server", 3_000 },
                { "redis-server" + Given, 3_000 },
                { "redis-server" + Cluster, 1_000 },
                { "redis-server" + Cluster + Given, 1_000 },
            };
            if (Programs.Find("valkey-server") is not null) servers.Add("valkey-server", 1_000);
            return servers;
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_model_of_the_line_does_what_the_scripts_do_on_a_server(
        string server, int operations)
    {
        var program = server.Split(',')[0];
        await using var real = await ConnectAsync(program, server);
        operations = Number("FLASHSALE_MODEL_OPERATIONS") ?? operations;
        var seed = Number("FLASHSALE_MODEL_SEED") ?? Random.Shared.Next(1_000_000);
        output.WriteLine($"FLASHSALE_MODEL_SEED={seed}");
        var (tally, began, sequences) = (new LineTally(), Stopwatch.GetTimestamp(), 0);
        for (; tally.Total < operations; sequences++)
        {
            var trial = new LineTrial(real, seed + sequences, tally);
            await trial.BeginAsync();
            for (var step = 0; step < Steps && tally.Total < operations; step++) await trial.StepAsync();
        }

        if (operations >= 3_000) Assert.Empty(s_seen.Except(tally.Outcomes.Keys));
        var run = new
        {
            server = real.Version + server[program.Length..],
            seed,
            operations = tally.Total,
            sequences,
            seconds = Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 1),
            differences = 0, // The first one ends the test.
            byKind = tally.Operations,
            byOutcome = tally.Outcomes,
        };
        record.Runs.Add(run);
        output.WriteLine(JsonSerializer.Serialize(run, Wire.Json));
    }

    /// <summary>Small mistakes in each script, as the model could have made them.</summary>
    [Theory]
    [InlineData("join", "given <= seen_to", "given < seen_to")]
    [InlineData("join", "state == WAITING or state == REDEEMED", "state == WAITING")]
    [InlineData("join", "> pasts then", "> pasts + 1 then")]
    [InlineData("status", "tonumber(own) > tonumber(number)", "false")]
    [InlineData("status", "redis.call('ZRANK', KEYS[3], member)", "0")]
    [InlineData("leave", "redis.call('ZREM', KEYS[3], ARGV[3])", "")]
    [InlineData("leave", "redis.call('SETBIT', KEYS[8], ARGV[5], 1)", "")]
    [InlineData("alive", "redis.call('SETRANGE', KEYS[2], ARGV[2], ARGV[3])", "redis.call('SETRANGE', KEYS[2], 0, ARGV[3])")]
    [InlineData("count", "ARGV[1], -1", "0, -1")]
    [InlineData("report", "math.max(at + told, before + stay)", "at + told")]
    [InlineData("report", "math.max(at, before)", "at")]
    [InlineData("status", "if told ~= '0' then", "if told == '0' then")]
    [InlineData("lease", "now - 10000", "now - 11000")]
    [InlineData("lease", "others == 0", "others <= 1")]
    [InlineData("publish", "highest > tonumber(ARGV[1])", "highest >= tonumber(ARGV[1])")]
    [InlineData("begin", "or line[2] == run", "")]
    [InlineData("open", "or line[3] ~= ARGV[3]", "")]
    [InlineData("look", "now - 60000", "now - 61000")]
    [InlineData("look", "tonumber(ARGV[3]) - 1", "tonumber(ARGV[3])")]
    [InlineData("look", "tonumber(ARGV[3]) > 0 and", "")]
    [InlineData("admit", "KEYS[2], key) == 0", "KEYS[2], key) ~= 2")]
    [InlineData("admit", "seen + told > due_by", "seen > due_by")]
    [InlineData("admit", "> 5000", "> 6000")]
    [InlineData("admit", "log(key, CALLED)", "log(key, PASSED_OVER)")]
    [InlineData("leave", "call_of(ARGV[1], now_ms(), GIVEN_UP)", "call_of(ARGV[1], now_ms(), UNUSED)")]
    [InlineData("status", "member) == 1 then log", "member) == 2 then log")]
    [InlineData("settle", "call_of(key, now, REQUEUED)", "call_of(key, 0, REQUEUED)")]
    [InlineData("calls", "ARGV[2])", "ARGV[2] + 1)")]
    [InlineData("settle", "release = RELEASED", "release = BOUGHT")]
    [InlineData("claim", "<= tonumber(ARGV[3])", "< tonumber(ARGV[3])")]
    public async Task A_script_that_does_not_do_what_the_model_does_is_noticed(
        string script, string right, string wrong)
    {
        await using var real = await RealLine.OnSharedAsync(isGiven: true, spoil: (script, right, wrong));
        var noticed = await Assert.ThrowsAsync<LineDifferenceException>(async () =>
        {
            for (var sequence = 0; sequence < 40; sequence++)
            {
                var trial = new LineTrial(real, sequence, new LineTally());
                await trial.BeginAsync();
                for (var step = 0; step < Steps; step++) await trial.StepAsync();
            }
        });
        output.WriteLine(noticed.Message.Split('\n')[0]);
    }

    [Theory]
    [InlineData("HSET", "fs:{model}:line", "skipped", "77")]
    [InlineData("SETBIT", "fs:{model}:places:1000", "90", "1")]
    [InlineData("ZADD", "fs:{model}:returning", "1", "x")]
    [InlineData("RPUSH", "fs:{model}:freed", "x")]
    [InlineData("SET", "fs:{model}:more", "x")]
    public async Task A_key_that_is_not_as_the_model_has_it_is_noticed(
        string command, params string[] arguments)
    {
        await using var real = await RealLine.OnSharedAsync(isGiven: true);
        var trial = new LineTrial(real, 1, new LineTally());
        await trial.BeginAsync();
        await real.SpoilAsync(command, [.. arguments]);
        var noticed = await Assert.ThrowsAsync<LineDifferenceException>(trial.StepAsync);
        Assert.Contains($"only {real.Version} has: ", noticed.Message, StringComparison.Ordinal);
    }

    private static Task<RealLine> ConnectAsync(string program, string server)
    {
        var isCluster = server.Contains(Cluster, StringComparison.Ordinal);
        if (server.EndsWith(Given, StringComparison.Ordinal))
            return RealLine.OnSharedAsync(isGiven: true, isCluster);
        return program == "redis-server" && !isCluster
            ? RealLine.OnSharedAsync(isGiven: false) : RealLine.StartAsync(program, isCluster);
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { } text
            ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
