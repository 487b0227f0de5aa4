using System.Globalization;
using System.Runtime.InteropServices;

using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Hosting;

/// <summary>
/// The whole of a host's program but the host: arguments and settings before it, verdict and exit code after it. Exit codes:
/// 0 all is well, 1 something was missed, 2 the run could not begin as it was asked for.
/// </summary>
/// <param name="host">Runs the opened scenarios by the arguments, and blocks until that has ended.</param>
public sealed class HostedProgram(
    Func<HostedRun, HostedArguments, HostedStatistics> host, TextWriter output, TextWriter errors, TimeProvider clock)
{
    private const int Missed = 1;
    private const int CalledWrongly = 2;

    /// <summary>Where the reports go unless the configuration says otherwise.</summary>
    public const string Reports = "reports";

    /// <summary>On the console, until Ctrl-C: that ends the run with its statistics and the audit; a second one at once.</summary>
    public static async Task<int> RunAsync(string[] args, Func<HostedRun, HostedArguments, HostedStatistics> host)
    {
        using var interrupt = new CancellationTokenSource();
        PosixSignalRegistration[] signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, context =>
            {
                if (interrupt.IsCancellationRequested) return;
                context.Cancel = true;
                interrupt.Cancel();
            }))];
        try
        {
            return await new HostedProgram(host, Console.Out, Console.Error, TimeProvider.System)
                .RunAsync(args, interrupt.Token).ConfigureAwait(false);
        }
        finally
        {
            foreach (var signal in signals) signal.Dispose();
        }
    }

    public async Task<int> RunAsync(string[] args, CancellationToken interrupt)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (args.Length == 0)
        {
            await errors.WriteLineAsync(HostedArguments.Help).ConfigureAwait(false);
            return CalledWrongly;
        }
        try
        {
            if (HostedArguments.Parse(args) is { } arguments) return await RunAsync(arguments, interrupt).ConfigureAwait(false);
            await output.WriteLineAsync(HostedArguments.Help).ConfigureAwait(false);
            return 0;
        }
        catch (SettingsException error)
        {
            await errors.WriteLineAsync(error.Message).ConfigureAwait(false);
            return CalledWrongly;
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            await errors.WriteLineAsync("MISSED: the run was interrupted before it began").ConfigureAwait(false);
            return Missed;
        }
    }

    private async Task<int> RunAsync(HostedArguments arguments, CancellationToken interrupt)
    {
        var configuration = HostedConfiguration.Read(
            await TextAsync(arguments.Config, interrupt).ConfigureAwait(false), arguments.Targets);
        if (arguments.Infra is { } infra && !IsAddress(infra) && !File.Exists(infra))
            throw new SettingsException($"--infra: there is no file {infra}");
        foreach (var target in configuration.Targets)
        {
            if (target.LastPause > target.Settings.Windows || target.Settings.Sale is not null) continue;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"NOTE: {target.Name} ends with a pause of {target.LastPause.TotalSeconds:f0} s, and its sale may need "
                + $"{target.Settings.Windows.TotalSeconds:f0} s: who still waits then is cut off, and counts as that")).ConfigureAwait(false);
        }
        using var run = await HostedRun.OpenAsync(configuration.Targets, interrupt, clock).ConfigureAwait(false);
        var verdict = await run.RunAsync(
            () => host(run, arguments with { Targets = [.. configuration.Targets.Select(target => target.Name)] }), interrupt)
            .ConfigureAwait(false);
        await TellAsync(verdict, configuration.ReportFolder ?? Reports).ConfigureAwait(false);
        return verdict.Missed.Count == 0 ? 0 : Missed;
    }

    /// <summary>On the console, and beside the host's reports, whose CSV has no tables but its own.</summary>
    private async Task TellAsync(HostedVerdict verdict, string folder)
    {
        var tables = HostedTables.Of(verdict);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var table in tables)
            {
                var file = Path.Combine(folder, $"flashsale {table.Name}.csv".Replace(' ', '_'));
                await File.WriteAllTextAsync(file, table.ToCsv(), CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            await errors.WriteLineAsync($"the tables could not be written to {folder}: {error.Message}").ConfigureAwait(false);
        }
        foreach (var (scenario, _) in verdict.Scenarios)
        {
            var cut = scenario.Shoppers - scenario.Tally.Ended;
            await output.WriteLineAsync($"{scenario.Name}: {scenario.Shoppers} shoppers: {string.Join(", ", Enum
                .GetValues<Crowd.Ending>().Select(ending => $"{scenario.Tally.Of(ending)} {ending}"))}, {cut} {HostedShopper.CutOff}; "
                + $"{scenario.End?.Audit?.Sold.ToString(CultureInfo.InvariantCulture) ?? "nobody knows how many"} sold").ConfigureAwait(false);
        }
        foreach (var missed in verdict.Missed) await errors.WriteLineAsync($"MISSED: {missed}").ConfigureAwait(false);
        if (verdict.Missed.Count == 0)
            await output.WriteLineAsync("PASSED: every threshold was held and the audit is clean").ConfigureAwait(false);
    }

    private static async Task<string> TextAsync(string config, CancellationToken cancel)
    {
        try
        {
            if (!IsAddress(config)) return await File.ReadAllTextAsync(config, cancel).ConfigureAwait(false);
            using var http = new HttpClient();
            return await http.GetStringAsync(new Uri(config), cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or UriFormatException || Answers.IsMissing(error, cancel))
        {
            throw new SettingsException($"--config: {error.Message}", error);
        }
    }

    private static bool IsAddress(string path) =>
        path.StartsWith("http://", StringComparison.Ordinal) || path.StartsWith("https://", StringComparison.Ordinal);
}
