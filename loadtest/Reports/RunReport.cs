using System.Text.Json;
using System.Text.Json.Serialization;

using FlashSale.Contract;
using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Scenarios;

using HdrHistogram;

namespace FlashSale.LoadTest.Reports;

/// <summary>Everything about one run: <c>run.json</c>, and what the HTML report is made of.</summary>
/// <param name="Failures">Empty when everything was as it must be.</param>
public sealed record RunReport(
    Scenario Scenario, string Sale, string Target, DateTimeOffset StartedAt, double Seconds, MachineDescription Machine,
    Endings Endings, IReadOnlyList<StepLatency> Latencies, IReadOnlyList<AnswerCount> Answers,
    IReadOnlyDictionary<string, int> Problems, long BotRequests, long BotRefusals, IReadOnlyList<TimelineMoment> Timeline,
    Fairness Fairness, Costs Costs, AuditAnswer Audit, IReadOnlyList<string> Failures)
{
    public const string JsonFile = "run.json";
    public const string HtmlFile = "report.html";

    /// <summary>The latencies themselves, which the reports of several machines are merged by.</summary>
    public const string LogFile = "latencies.hlog";

    private static readonly JsonSerializerOptions s_json = new(Wire.Json)
    {
        WriteIndented = true,
        MaxDepth = 32,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The version of the system that this was built from; empty in runs that did not say.</summary>
    public string Version { get; init; } = "";

    /// <summary>How much later than intended the crowd made its requests: its own part of every latency.</summary>
    public StepLatency? SendLag { get; init; }

    /// <summary>Requests under way when the run ended, counted with the time they had waited.</summary>
    public int Unfinished { get; init; }

    /// <summary>The most memory that each process had, in MB; empty where the system does not tell.</summary>
    public IReadOnlyDictionary<string, double> PeakMegabytes { get; init; } = new Dictionary<string, double>();

    /// <summary>The provider's own books: net captures and payments without an end; null where they were not read.</summary>
    public ProviderTotals? Provider { get; init; }

    /// <summary>Whether the line counted people; null where it was not asked.</summary>
    public PeopleReport? People { get; init; }

    /// <summary>What became of those who slept; null where nobody did.</summary>
    public SleepersReport? Sleepers { get; init; }

    /// <summary>In microseconds, by step, with the send lag; beside the JSON as <see cref="LogFile"/>.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, HistogramBase> Histograms { get; init; } = new Dictionary<string, HistogramBase>();

    public bool Passed => Failures.Count == 0;

    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <exception cref="JsonException">Not the JSON of a run.</exception>
    public static RunReport FromJson(string json) =>
        JsonSerializer.Deserialize<RunReport>(json, s_json) ?? throw new JsonException("empty");

    /// <summary>
    /// Writes the JSON, the histograms and the HTML into the folder, which is made. The HTML needs no other file.
    /// </summary>
    public async Task<string> SaveAsync(string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, JsonFile), ToJson(), cancel).ConfigureAwait(false);
        if (Histograms.Count > 0)
            await LatencyLog.WriteAsync(Path.Combine(folder, LogFile), StartedAt, Histograms, cancel).ConfigureAwait(false);
        var html = Path.Combine(folder, HtmlFile);
        await File.WriteAllTextAsync(html, HtmlReport.Write(this), cancel).ConfigureAwait(false);
        return html;
    }
}
