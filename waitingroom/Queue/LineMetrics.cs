using System.Diagnostics;
using System.Diagnostics.Metrics;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FlashSale.Queue;

/// <summary>What an edge tells about the line: as it counts, and as the leader's board says.</summary>
/// <remarks>
/// The gauges come from the board, which every edge reads, so that they outlive a change of the leader: all
/// edges say the same, take the maximum. Labels are sales and closed sets of words, never shoppers.
/// </remarks>
internal sealed class LineMetrics(
    Line line, IOptions<LineOptions> options, TimeProvider clock, IMeterFactory meters) : IHostedService
{
    private const string Name = "FlashSale.Queue";

    /// <summary>A script is one round trip; a batch of joins is about 1 ms of Redis.</summary>
    private static readonly double[] s_seconds = [.0005, .001, .002, .005, .01, .025, .05, .1, .25, .5, 1, 2];

    private static readonly Meter s_meter = new(Name);
    private static readonly ActivitySource s_source = new(Name);

    private static readonly Counter<long> s_joins = s_meter.CreateCounter<long>(
        "flashsale.line.joins", "{join}", "Requests to join, by outcome.");

    private static readonly Histogram<double> s_scripts = s_meter.CreateHistogram(
        "flashsale.redis.script.duration", "s", "Round trips of scripts to Redis, by script and outcome.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_seconds });

    /// <summary>Why nobody is admitted, as a label: the operator's doing first, then what is wrong.</summary>
    private static readonly (string Reason, string Label)[] s_reasons =
    [
        ("paused", "paused"), (LineBoard.BeaconMissing, "beacon"), ("not started", "not_started"), ("ended", "ended"), ("starting", "starting"),
        (LineBoard.LedgerGone, "ledger_unreachable"), ("Redis not reachable", "redis_unreachable"),
        ("the line is being rebuilt", "rebuilding"), ("shoppers take their places again", "recovering"),
        ("units may be promised that are not known of", "blocked"),
    ];

    public static void Joined(string sale, JoinOutcome outcome) => s_joins.Add(
        1, new("sale", sale), new("outcome", outcome switch
        {
            JoinOutcome.Joined { IsNew: true } => "joined",
            JoinOutcome.Joined => "existing",
            JoinOutcome.AlreadyBought => "already_bought",
            JoinOutcome.NotPaid => "not_paid",
            JoinOutcome.TooSoon => "too_soon",
            _ => "not_ready",
        }));

    /// <summary>A span of a script; null unless someone listens.</summary>
    public static Activity? Start(Script script) => s_source.HasListeners()
        ? s_source.StartActivity($"EVALSHA {script.Name}", ActivityKind.Client, default(ActivityContext),
            [new("db.system.name", "redis"), new("db.operation.name", "EVALSHA"),
            new("db.query.summary", script.Name)])
        : null;

    public static void Ran(Script script, TimeSpan duration, bool answered) => s_scripts.Record(
        duration.TotalSeconds, new("script", script.Name), new("outcome", answered ? "ok" : "unavailable"));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(Name);
        meter.CreateObservableGauge("flashsale.line.connected", () => line.IsReady ? 1 : 0, "1",
            "1 while this edge reads the board from Redis.");
        Gauge(meter, "flashsale.line.waiting", "{shopper}", "People in line: not called yet, and there.",
            board => board.Waiting);
        Gauge(meter, "flashsale.line.returning", "{shopper}", "Passed over while away, and back.",
            board => board.Returning);
        Count(meter, "flashsale.line.given", "Numbers given; from 0 again in a new epoch.",
            board => board.Next);
        Count(meter, "flashsale.line.called", "Every rank up to this one has been called.",
            board => board.Head);
        Count(meter, "flashsale.line.passed_over", "Ranks passed over because nobody was there.",
            board => board.SkippedAbsent);
        meter.CreateObservableGauge("flashsale.line.poll_budget",
            () => options.Value.PollsPerSecond, "{poll}",
            "Polls a second that this edge takes on at the most.");
        Gauge(meter, "flashsale.line.epoch", "s", "When this epoch of the line began (epoch seconds).",
            board => board.Epoch);
        Gauge(meter, "flashsale.line.edges", "{edge}", "Edges that report to the leader.",
            board => board.Edges);
        Gauge(meter, "flashsale.line.admission_rate", "{admission}/s", "The recent rate.",
            board => board.AdmissionsPerSecond);
        Gauge(meter, "flashsale.line.board.age", "s", "Since the leader's last word about this sale.",
            board => clock.GetElapsedTime(line.HeardAt(board)).TotalSeconds);
        meter.CreateObservableGauge("flashsale.units", Units, "{unit}",
            "Units by state, as the waiting room sees them.");
        meter.CreateObservableGauge("flashsale.line.stopped", Stopped, "1",
            "1 for the reason why nobody is admitted.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Gauge(Meter meter, string name, string unit, string text, Func<LineBoard, double> read) =>
        meter.CreateObservableGauge(name, () => Boards().Select(
            one => new Measurement<double>(
                read(one.Board), new KeyValuePair<string, object?>("sale", one.Sale))), unit, text);

    private void Count(Meter meter, string name, string text, Func<LineBoard, long> read) =>
        meter.CreateObservableCounter(name, () => Boards().Select(one => new Measurement<long>(
            read(one.Board), new KeyValuePair<string, object?>("sale", one.Sale))), "{number}", text);

    private IEnumerable<(string Sale, LineBoard Board)> Boards()
    {
        foreach (var sale in line.Sales)
            if (sale.Current is { } now) yield return (sale.Keys.Sale.Value, now.Board);
    }

    private IEnumerable<Measurement<long>> Units() =>
        Boards().SelectMany(one => new (string State, long Count)[]
    {
        ("available", one.Board.Available), ("admitted", one.Board.Admitted), ("held", one.Board.Held),
        ("sold", one.Board.Sold),
    }.Select(unit => new Measurement<long>(unit.Count, new("sale", one.Sale), new("state", unit.State))));

    /// <summary>Every reason is told each time, so that one that has passed goes back to 0.</summary>
    private IEnumerable<Measurement<int>> Stopped() => Boards().SelectMany(one => s_reasons.Select(reason =>
        new Measurement<int>(
            one.Board.StoppedBecause == reason.Reason ? 1 : 0,
            new("sale", one.Sale), new("reason", reason.Label))));
}
