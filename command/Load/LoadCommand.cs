using FlashSale.Command.Audit;
using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;
using FlashSale.LoadTest.Scenarios;
using FlashSale.Local;

using Spectre.Console;

namespace FlashSale.Command.Load;

/// <summary>
/// <c>./flashsale load SCENARIO</c>: a crowd, then an audit; exit 1 when anything was not as it must be.
/// </summary>
public static class LoadCommand
{
    private const int MostAnswers = 12;

    public static Verb Create()
    {
        var arguments = new LoadArguments();
        var verb = new Verb("load", "A crowd, then the audit; exit 1 when either is not as it must be.");
        arguments.AddTo(verb);
        verb.Add(CompareCommand.Create());
        verb.Add(MergeCommand.Create());
        verb.SetAction((call, cancel) => RunAsync(arguments.Read(call), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        var version = await Provenance.CommitAsync(cancel);
        var report = options.Url is null ? await HereAsync(options, cancel) : await ElsewhereAsync(options, cancel);
        report = report with { Version = version };
        Write(report);
        // Of a run that was stopped too: what there is.
        Console.WriteLine($"Report: {await report.SaveAsync(Folder(options, report), CancellationToken.None)}");
        return report.Passed ? 0 : 1;
    }

    private static string Folder(LoadOptions options, RunReport report) => options.Report is { } folder
        ? Path.GetFullPath(folder, Repository.CalledFrom)
        : Path.Combine(Repository.Root, "artifacts", "load", $"{report.Scenario.Name}-{report.StartedAt:yyyyMMdd-HHmmss}");

    private static async Task<RunReport> HereAsync(LoadOptions options, CancellationToken cancel)
    {
        await using var push = options.Scenario.HasSleepers ? await CrowdPushService.StartAsync(TimeProvider.System, cancel) : null;
        // Whom a system calls by which push service it is told when it starts.
        await using var found = push is null
            ? await LoadTarget.FindAsync(new DataFolder(Repository.DataFolder(options.Data)), cancel)
            : await LoadTarget.OwnAsync(cancel, CrowdPushService.Environment(options.Scenario.SoonSeconds));
        var state = found.State;
        using var edges = new EdgeClients(state.Edges.Select(edge => edge.Url));
        using var operators = new OperatorClient(state.Edges[0].Url, state.AdminKey);
        using var simulator = new SimulatorClient(state.PaymentSimulator.Url);
        var target = new RunTarget(
            string.Join(", ", state.Edges.Select(edge => edge.Url)), edges, operators, simulator, Processes(state))
        { Push = push };
        var report = await RunAsync(options, target, cancel);
        return push is null || report.Sleepers is not { } sleepers || cancel.IsCancellationRequested ? report
            : report with { Sleepers = sleepers with { Calls = await CallLatency.MeasureAsync(target, push, TimeProvider.System, cancel) } };
    }

    /// <summary>
    /// Another deployment: the admin key is taken from the environment, so that no process list shows it.
    /// </summary>
    private static async Task<RunReport> ElsewhereAsync(LoadOptions options, CancellationToken cancel)
    {
        var key = Environment.GetEnvironmentVariable("FLASHSALE_ADMIN_KEY")
            ?? throw new UsageException("--url needs the admin key in FLASHSALE_ADMIN_KEY");
        if (options.Scenario.HasSleepers)
            throw new UsageException($"{options.Scenario.Name} needs a system that calls by our push service: only one here does");
        if (options.Scenario.Faults is not null)
            throw new UsageException($"{options.Scenario.Name} breaks the payment simulator, which only a system here has");
        var urls = options.Url!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        using var edges = new EdgeClients(urls);
        using var operators = new OperatorClient(urls[0], key);
        return await RunAsync(
            options, new RunTarget(options.Url, edges, operators, null, MeasuredProcesses.None), cancel);
    }

    private static async Task<RunReport> RunAsync(LoadOptions options, RunTarget target, CancellationToken cancel)
    {
        double? alone = null;
        ScenarioRun? beside = null;
        if (options is { Sale: null, Scenario.Expected.MostSlower: > 0 })
        {
            var warm = new ScenarioRun(options.Scenario.Warm(), target, TimeProvider.System);
            await LiveProgress.ShowAsync(warm, warm.RunAsync(cancel));
            var compared = new ScenarioRun(options.Scenario.Alone(), target, TimeProvider.System);
            var before = await LiveProgress.ShowAsync(compared, compared.RunAsync(cancel));
            (alone, beside) = (before.People?.SellingSeconds, compared);
            foreach (var failure in before.Failures) Console.WriteLine($"with everyone there: {failure}");
        }

        var run = new ScenarioRun(options.Scenario, target, TimeProvider.System, options.Sale)
        {
            AloneSeconds = alone,
            Beside = beside,
        };
        return await LiveProgress.ShowAsync(run, run.RunAsync(cancel));
    }

    private static MeasuredProcesses Processes(SystemState state)
    {
        var edges = Named("gateway", state.Edges).ToArray();
        return new MeasuredProcesses(
            [
                .. edges, .. Named("waitingroom", state.Waitingrooms), .. Named("checkout", state.Checkouts),
                (MeasuredProcesses.Simulator, state.PaymentSimulator.Pid),
                .. new[] { ("redis", state.Redis.Pid), ("mysql", state.Mysql.Pid) }.Where(one => one.Item2 > 0),
            ],
            edges.Select(edge => edge.Name).ToHashSet());
    }

    private static IEnumerable<(string Name, int Pid)> Named(string name, IReadOnlyList<RunningService> services) =>
        services.Select((service, i) => (i == 0 ? name : $"{name}-{i + 1}", service.Pid));

    internal static void Write(RunReport report)
    {
        var table = new Table().AddColumn("step");
        foreach (var column in new[] { "count", "p50 ms", "p99 ms", "p99.9 ms" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var step in report.SendLag is { } lag ? [.. report.Latencies, lag] : report.Latencies)
            table.AddRow(step.Step, $"{step.Count}", $"{step.P50:f1}", $"{step.P99:f1}", $"{step.P999:f1}");
        AnsiConsole.Write(table);
        foreach (var answer in report.Answers.Take(MostAnswers))
            Console.WriteLine($"{answer.Count} × {answer.Step}: {(answer.Status > 0 ? answer.Status : "no answer")} {answer.Code}");
        foreach (var (problem, count) in report.Problems.OrderByDescending(pair => pair.Value))
            Console.WriteLine($"{count} × {problem}");
        var (endings, costs) = (report.Endings, report.Costs);
        Console.WriteLine(
            $"{endings.Bought} bought, {endings.SoldOut} left empty-handed, {endings.AsPlanned} never came or never paid, "
            + $"{endings.TooSlow} too slow, {endings.CutOff} cut off, {endings.Failed} failed, in {report.Seconds:f0} s");
        Console.WriteLine(
            $"{costs.Requests} requests; processor time for each: the crowd {costs.CrowdMicrosecondsPerRequest:f0} µs"
            + (costs.EdgeMicrosecondsPerRequest is { } edge ? $", the edge {edge:f0} µs" : ""));
        if (report.PeakMegabytes.Count > 0)
        {
            var peaks = report.PeakMegabytes.Select(pair => $"{pair.Key} {pair.Value:f0}");
            Console.WriteLine($"Most memory in MB: {string.Join(", ", peaks)}");
        }
        if (report.People is { } people)
        {
            Console.WriteLine(
                $"{people.Missed} missed the turn who polled when told; people ahead, told {people.Told} times, off by {people.WorstOff:p1} "
                + $"at the most; sold in {people.SellingSeconds:f1} s"
                + (people.Ratio is { } ratio ? $", {ratio:f2} of the {people.AloneSeconds:f1} s with everyone there" : ""));
        }

        if (report.Sleepers is { } sleepers)
        {
            Console.WriteLine(
                $"{sleepers.Woken} sleepers were called; whoever was awake was called {sleepers.MostLaterSeconds} s later at the most"
                + (sleepers.Calls is { } calls
                    ? $"; from a unit given back to the push accepted: p50 {calls.P50:f0} ms, p99 {calls.P99:f0} ms" : ""));
        }

        if (report.Provider is { } provider)
        {
            Console.WriteLine($"The provider's own books: {provider.Payments} payments, {provider.NetCaptures} net captures, "
                + $"{provider.Open} without an end");
        }
        AuditCommand.Write(report.Sale, report.Audit);
        foreach (var failure in report.Failures) Console.WriteLine($"FAILED: {failure}");
        if (report.Passed)
        {
            Console.WriteLine(
                $"{report.Audit.Sold} sold, {report.Audit.Violations.Count} violations; "
                + "admissions in the order of the tickets.");
        }
    }
}
