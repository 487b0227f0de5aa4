using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using FlashSale.Local;
using FlashSale.Local.Servers;

namespace FlashSale.Command.Testing;

/// <summary><c>./flashsale test [FILTER]</c>; closes with the line <c>N passed, N failed</c>.</summary>
public static class TestCommand
{
    /// <summary>A test that runs longer than this is named while it runs.</summary>
    private const int LongRunningSeconds = 60;

    /// <summary>Of what a failed test says, at the end: its beginning and its end, in characters.</summary>
    private const int MostOfMessage = 1_200;

    private static readonly string[] s_colours = Console.IsOutputRedirected ? ["-noColor"] : [];

    public static Verb Create()
    {
        var filter = new Argument<string?>("FILTER")
        {
            Description = "only the tests whose full name contains it; * is anything",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var slowest = Options.Flag("--slowest", "tell afterwards which tests and classes took the longest");
        var with = Options.Text("--with", "NAMES", "the servers that tests start: mysql, mariadb, valkey, redis, by commas; mysql-9.7 as "
            + "deploy/servers/unpack has put it there");
        var mySql = Options.Text("--mysql", "DSN", "a ledger to use instead of a private one; its user may make databases flashsale%");
        var redis = Options.Text("--redis", "ADDRESS", "a line to use instead of a private one, with 1,024 databases");
        var record = Options.Text("--record", "FILE", "where the run is added, with the servers' versions");
        var verb = new Verb("test", "Everything that CI runs; exit 1 when a test fails.") { filter, slowest, with, mySql, redis, record };
        verb.SetAction((call, cancel) => RunAsync(call.GetValue(filter), call.GetValue(slowest), new Dictionary<string, string?>
        {
            [ServerPrograms.Variable] = call.GetValue(with),
            ["FLASHSALE_TEST_MYSQL"] = call.GetValue(mySql),
            ["FLASHSALE_TEST_REDIS"] = call.GetValue(redis),
        }, call.GetValue(record), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(
        string? filter, bool slowest, Dictionary<string, string?> servers, string? record, CancellationToken cancel)
    {
        if (servers[ServerPrograms.Variable] is { } names && ServerPrograms.Complaint(names) is { } complaint)
            throw new UsageException(complaint);
        if (record is not null) record = Path.GetFullPath(record, Repository.CalledFrom);
        var before = record is null ? [] : RecordFile.Read<List<ServerRun>>(record, "runs of the suite") ?? [];
        var (results, versions, began) = (Path.GetTempFileName(), Path.GetTempFileName(), TimeProvider.System.GetTimestamp());
        servers["FLASHSALE_TEST_SERVERS"] = versions;
        try
        {
            var start = new ProcessStartInfo(Repository.DotNet,
            [
                Repository.Program("tests", "FlashSale.Tests"), "-noLogo", "-result-ctrf", results,
                "-longRunning", $"{LongRunningSeconds}", .. s_colours,
                .. filter is null ? (string[])[] : ["-method", $"*{filter.Trim('*')}*"],
            ]);
            foreach (var (name, value) in servers) if (value is not null) start.Environment[name] = value;
            using var tests = Process.Start(start)!;
            await tests.WaitForExitAsync(cancel);
            var report = await File.ReadAllTextAsync(results, cancel);
            if (slowest && report.Length > 0) SlowestTests.Write(report, Console.Out);
            var (passed, failed) = Summarise(report, tests.ExitCode);
            if (record is not null && passed + failed > 0)
            {
                before.Add(new ServerRun(
                    await File.ReadAllTextAsync(versions, cancel), filter, passed, failed,
                    Math.Round(TimeProvider.System.GetElapsedTime(began).TotalSeconds), await Provenance.CommitAsync(cancel), Provenance.Machine(),
                    TimeProvider.System.GetUtcNow()));
                await RecordFile.WriteAsync(record, before, cancel);
            }

            return tests.ExitCode == 0 && failed == 0 && passed > 0 ? 0 : 1;
        }
        finally
        {
            File.Delete(results);
            File.Delete(versions);
        }
    }

    private static (int Passed, int Failed) Summarise(string results, int exitCode)
    {
        var (passed, failed) = (0, 0);
        if (results.Length > 0)
        {
            using var report = JsonDocument.Parse(results);
            var summary = report.RootElement.GetProperty("results").GetProperty("summary");
            // A skipped test counts as failed: a test never skips here.
            passed = summary.GetProperty("passed").GetInt32();
            failed = summary.GetProperty("tests").GetInt32() - passed;
            NameFailed(report.RootElement.GetProperty("results").GetProperty("tests"));
        }

        if (passed + failed == 0) Console.WriteLine("No test ran.");
        // A run that broke outside any test has failed too.
        else if (exitCode != 0 && failed == 0) failed = 1;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed"));
        return (passed, failed);
    }

    /// <summary>Once more at the end, where a reader of a long log looks first; often the only part that is kept.</summary>
    private static void NameFailed(JsonElement tests)
    {
        foreach (var test in tests.EnumerateArray().Where(test => test.GetProperty("status").GetString() != "passed"))
        {
            var message = test.TryGetProperty("message", out var said) ? said.GetString() ?? "" : "";
            if (message.Length > MostOfMessage) message = $"{message[..(MostOfMessage / 2)]} … {message[^(MostOfMessage / 2)..]}";
            var lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            Console.WriteLine($"FAILED {test.GetProperty("name").GetString()}: {string.Join("\n  ", lines)}");
        }
    }
}
