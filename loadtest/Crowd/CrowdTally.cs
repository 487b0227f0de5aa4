using System.Collections.Concurrent;

using HdrHistogram;

namespace FlashSale.LoadTest.Crowd;

/// <summary>What the crowd has counted so far; safe to use from many shoppers.</summary>
public sealed class CrowdTally
{
    private const int HighestMicroseconds = 120_000_000;
    private const int Digits = 3;

    /// <summary>Different kinds of refusals that are told apart; the rest count as one.</summary>
    private const int MostKinds = 200;
    private const string Others = "(others)";
    private const string Lag = "send lag";

    private readonly ConcurrentDictionary<string, LongConcurrentHistogram> _latencies = new();
    private readonly ConcurrentDictionary<(string Step, int Status, string Code), long> _answers = new();
    private readonly ConcurrentDictionary<string, int> _problems = new();
    private readonly ConcurrentDictionary<Ending, int> _endings = new();
    private readonly LongConcurrentHistogram _lag = new(1, HighestMicroseconds, Digits);
    private int _joined, _called, _carts, _declined, _ended, _botPurchases, _unfinished, _woken;
    private long _requests, _polls, _botRequests, _botRefusals;

    public int Joined => _joined;

    /// <summary>How often a shopper saw that it was their turn.</summary>
    public int Called => _called;

    /// <summary>How often a unit was put in a cart.</summary>
    public int Carts => _carts;
    public int Declined => _declined;

    /// <summary>Sleepers whose phone has rung.</summary>
    public int Woken => _woken;
    public int Ended => _ended;

    /// <summary>Requests made, answered or not.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Polls of them.</summary>
    public long Polls => Interlocked.Read(ref _polls);
    public long BotRequests => Interlocked.Read(ref _botRequests);

    /// <summary>Bots' requests that were answered with 429.</summary>
    public long BotRefusals => Interlocked.Read(ref _botRefusals);

    /// <summary>Bots that bought a unit.</summary>
    public int BotPurchases => _botPurchases;

    /// <summary>Requests under way at the end; each is in its step's latencies with the time it had waited.</summary>
    public int Unfinished => _unfinished;

    public ConcurrentBag<SeenAdmission> Admissions { get; } = [];

    /// <summary>
    /// Numbers of first places that were still waiting, seen all the time, when everything was sold.
    /// </summary>
    public ConcurrentBag<long> NeverCalled { get; } = [];

    /// <summary>What those who wait are told of others is kept.</summary>
    public bool CountsPeople { get; init; }

    /// <summary>A part of what shoppers were told while they waited.</summary>
    public ConcurrentBag<SeenPlace> Places { get; } = [];

    /// <summary>The first numbers of those who stay in line.</summary>
    public ConcurrentBag<long> People { get; } = [];

    /// <summary>Numbers whose turn passed although their shoppers had polled when told, two seconds late at the most.</summary>
    public ConcurrentBag<long> MissedAsTold { get; } = [];

    /// <summary>What went wrong, or was late, in words.</summary>
    public IReadOnlyDictionary<string, int> Problems => _problems;

    public IReadOnlyList<AnswerCount> Answers => [.. _answers
        .Select(pair => new AnswerCount(pair.Key.Step, pair.Key.Status, pair.Key.Code, pair.Value))
        .OrderByDescending(answer => answer.Count)];

    public int Of(Ending ending) => _endings.GetValueOrDefault(ending);

    public void CountJoin() => Interlocked.Increment(ref _joined);

    public void CountCall() => Interlocked.Increment(ref _called);

    public void CountCart() => Interlocked.Increment(ref _carts);

    public void CountWoken() => Interlocked.Increment(ref _woken);

    public void CountDecline() => Interlocked.Increment(ref _declined);

    public void CountRequests(string step, int count)
    {
        Interlocked.Add(ref _requests, count);
        if (step == JourneyStep.Poll) Interlocked.Add(ref _polls, count);
    }

    public void CountBot(bool refused)
    {
        Interlocked.Increment(ref _botRequests);
        if (refused) Interlocked.Increment(ref _botRefusals);
    }

    public void CountBotPurchase() => Interlocked.Increment(ref _botPurchases);

    public void CountUnfinished(string step, TimeSpan waited)
    {
        Interlocked.Increment(ref _unfinished);
        Record(step, waited);
    }

    public void CountProblem(string what)
    {
        if (_problems.Count >= MostKinds && !_problems.ContainsKey(what)) what = Others;
        _problems.AddOrUpdate(what, 1, (_, count) => count + 1);
    }

    /// <summary>A refusal, or (status 0) no answer at all.</summary>
    public void CountAnswer(string step, int status, string code)
    {
        if (_answers.Count >= MostKinds && !_answers.ContainsKey((step, status, code))) code = Others;
        _answers.AddOrUpdate((step, status, code), 1, (_, count) => count + 1);
    }

    public void Admit(SeenAdmission admission) => Admissions.Add(admission);

    public void CountEnding(Ending ending)
    {
        Interlocked.Increment(ref _ended);
        _endings.AddOrUpdate(ending, 1, (_, count) => count + 1);
    }

    public void Record(string step, TimeSpan latency) => _latencies
        .GetOrAdd(step, _ => new LongConcurrentHistogram(1, HighestMicroseconds, Digits))
        .RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, HighestMicroseconds));

    /// <summary>How much later than intended the crowd itself made a request.</summary>
    public void RecordLag(TimeSpan late) =>
        _lag.RecordValue(Math.Clamp((long)late.TotalMicroseconds, 1, HighestMicroseconds));

    /// <summary>How late the crowd was: its own part of every latency.</summary>
    public StepLatency SendLag() => StepLatency.Of(Lag, _lag);

    /// <summary>Every step's latencies in microseconds, and the send lag's.</summary>
    public IReadOnlyDictionary<string, HistogramBase> Histograms() => _latencies
        .Select(pair => KeyValuePair.Create<string, HistogramBase>(pair.Key, pair.Value))
        .Append(KeyValuePair.Create<string, HistogramBase>(Lag, _lag)).ToDictionary();

    /// <summary>An empty one, to add those of several runs.</summary>
    internal static HistogramBase NewHistogram() => new LongHistogram(1, HighestMicroseconds, Digits);

    /// <summary>Milliseconds at a percentile; 0 when the step never ran.</summary>
    public double Milliseconds(string step, double percentile) =>
        _latencies.TryGetValue(step, out var latency) ? latency.GetValueAtPercentile(percentile) / 1000.0 : 0;

    /// <summary>Every step with its count and percentiles, in milliseconds.</summary>
    public IReadOnlyList<StepLatency> Latencies() => [.. _latencies.OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => StepLatency.Of(pair.Key, pair.Value))];
}
