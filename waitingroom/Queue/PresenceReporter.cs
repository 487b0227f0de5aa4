using FlashSale.Contract;

using Microsoft.Extensions.Hosting;

using StackExchange.Redis;

namespace FlashSale.Queue;

/// <summary>
/// Tells Redis whom this edge has seen within the horizon, five times a second at the most, and up to which rank it has
/// told: beyond that nobody may be passed over as absent. Who polls often is told of once in a part of the presence time:
/// long before anyone would count as away, Redis knows of the last poll.
/// </summary>
internal sealed class PresenceReporter(Line line, ILineServer redis, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    /// <summary>An edge that has nothing to tell still says that it is alive.</summary>
    private static readonly TimeSpan s_signOfLife = TimeSpan.FromMilliseconds(800);

    /// <summary>
    /// Of a line that sleeps nobody asks who is there: it is said for operators, who see the edges of the last
    /// minute.
    /// </summary>
    private static readonly TimeSpan s_signInSleep = TimeSpan.FromSeconds(20);

    /// <summary>A place is told of again after this part of the presence time.</summary>
    private const int TellsAPresence = 8;

    /// <summary>Places a script call.</summary>
    private const int MaxReport = 1000;

    /// <summary>Key, age, and how long it was told to stay away.</summary>
    private const int ValuesAPlace = 3;

    private readonly string _edge = line.EdgeId;

    /// <summary>For operators: where it runs, and what.</summary>
    private static readonly string s_name =
        $"{Environment.MachineName}/{Environment.ProcessId} {typeof(Line).Assembly.GetName().Version?.ToString(3)}";
    private readonly Dictionary<SaleLine, Report> _last = [];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var sale in line.Sales) await ReportAsync(sale).ConfigureAwait(false);
            await Task.Delay(s_interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReportAsync(SaleLine sale)
    {
        if (sale.Current is not { } now || sale.Sale is not { } settings) return;
        var board = now.Board;
        var started = clock.GetTimestamp();
        var last = _last.TryGetValue(sale, out var report) && report.Epoch == board.Epoch
            ? report : new Report(board.Epoch, 0, 0, 0, 0);
        if (board.Asleep && last.At > 0 && clock.GetElapsedTime(last.At) < s_signInSleep) return;
        last.Reserve(board.Horizon);
        // Before a shuffle nobody has a rank, so nobody has been told of, however far the horizon is.
        var coverage = LineOrdering.HasRanks(settings, board.Shuffled) ? board.Head + board.Horizon : 0;
        var values = coverage == 0 ? [] : Collect(sale, settings, now, last);
        if (values.Count == 0 && coverage == last.Coverage && clock.GetElapsedTime(last.At) < s_signOfLife) return;

        var (polls, joined, seconds) = (sale.Polls, sale.Joined, clock.GetElapsedTime(last.At, started).TotalSeconds);
        var isFirst = last.At == 0 || seconds <= 0;
        var (pollRate, joinRate) = isFirst ? (0, 0) : ((polls - last.Polls) / seconds, (joined - last.Joined) / seconds);
        // Only the last call of several says that everyone up to the coverage has been told.
        for (var at = 0; ; at += ValuesAPlace * MaxReport)
        {
            var part = values.Skip(at).Take(ValuesAPlace * MaxReport).ToArray();
            var complete = at + part.Length == values.Count;
            RedisValue[] arguments = [(long)board.Epoch, _edge, Told(complete ? coverage : last.Coverage, pollRate, joinRate), .. part];
            var answer = await redis.RunAsync(
                Script.Report, [sale.Keys.Line, sale.Keys.Present, sale.Keys.Edges], arguments).OrNone();
            if (answer is null || (int)answer == 0)
            {
                _last.Remove(sale); // Everyone is told again once Redis, or the line, is back.
                return;
            }

            if (complete) break;
        }

        _last[sale] = last with { Coverage = coverage, At = started, Polls = polls, Joined = joined };
    }

    /// <summary>Key and age of those within the horizon who were not told of yet, or were seen since and told of long ago.</summary>
    private List<RedisValue> Collect(SaleLine sale, Sale settings, SaleLine.Now now, Report report)
    {
        var values = new List<RedisValue>();
        var board = now.Board;
        var at = clock.GetTimestamp();
        var presenceMs = board.PresenceSeconds * 1000L;
        var (end, shuffled) = (board.Head + board.Horizon, board.Shuffled ?? 0);
        for (var rank = Next(board.Head + 1); rank <= end; rank = Next(rank + 1))
        {
            // In a fifo line a number can be newer than the board; in a shuffle it exists.
            var number = sale.Ordering.NumberAt(settings, board.Shuffled, rank);
            var age = now.Seen.AgeMs(number);
            if (age < 0) continue;
            var told = now.Seen.ToldMs(number);
            if (age > new Sighting(0, told).HereUntilMs(board.PresenceSeconds)) continue;
            ref var last = ref report.Told[rank % report.Told.Length];
            var ago = (long)clock.GetElapsedTime(last.At, at).TotalMilliseconds;
            if (last.Rank == rank && !IsNews(age, ago, presenceMs) && !IsAnswered(age, ago, told, last.StayMs)) continue;
            last = (rank, at, told);
            values.Add(LineKeys.Field(new Place(board.Epoch, number)));
            values.Add(age);
            values.Add(told);
        }

        return values;

        // Where ranks are numbers, those that were never seen are passed by many at a time.
        long Next(long rank) => rank > shuffled ? now.Seen.FirstSeen(rank, end) : rank;
    }

    /// <param name="age">How long ago the place was seen, in ms, to a tenth of a second.</param>
    /// <param name="toldMs">How long ago it was told of.</param>
    internal static bool IsNews(long age, long toldMs, long presenceMs) =>
        toldMs >= presenceMs / TellsAPresence && age <= toldMs + 200;

    /// <summary>The poll that was told of has been answered since: with how long to stay away.</summary>
    internal static bool IsAnswered(long age, long toldMs, long stayMs, long stayToldMs) => stayMs > stayToldMs && age >= toldMs - 100;

    private static string Told(long coverage, double pollsPerSecond, double joinsPerSecond) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{coverage} {pollsPerSecond:0.#} {joinsPerSecond:0.#} {s_name}");

    private sealed record Report(uint Epoch, long Coverage, long At, long Polls, long Joined)
    {
        /// <summary>
        /// By rank, modulo the most that the horizon has been: whom Redis was told of last, when, and how long they were to stay away.
        /// </summary>
        public (long Rank, long At, long StayMs)[] Told { get; private set; } = [];

        /// <summary>Makes room for a horizon.</summary>
        public void Reserve(int horizon)
        {
            if (Told.Length >= horizon) return;
            var (before, made) = (Told, new (long, long, long)[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)horizon)]);
            foreach (var one in before)
                if (one.Rank > 0) made[one.Rank % made.Length] = one;
            Told = made;
        }
    }
}
