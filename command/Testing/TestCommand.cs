using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using FlashSale.Local;

namespace FlashSale.Command.Testing;

/// <summary><c>./flashsale test [FILTER]</c>; closes with the line <c>N passed, N failed</c>.</summary>
public static class TestCommand
{
    /// <summary>A test that runs longer than this is named while it runs.</summary>
    private const int LongRunningSeconds = 60;

    private static readonly string[] s_colours = Console.IsOutputRedirected ? ["-noColor"] : [];

    public static Verb Create()
    {
        var filter = new Argument<string?>("FILTER")
        {
            Description = "only the tests whose full name contains it; * is anything",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var slowest = Options.Flag("--slowest", "tell afterwards which tests and classes took the longest");
        var verb = new Verb("test", "Everything that CI runs; exit 1 when a test fails.") { filter, slowest };
        verb.SetAction((call, cancel) => RunAsync(call.GetValue(filter), call.GetValue(slowest), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(string? filter, bool slowest, CancellationToken cancel)
    {
        var results = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Repository.DotNet,
            [
                Repository.Program("tests", "FlashSale.Tests"), "-noLogo", "-result-ctrf", results,
                "-longRunning", $"{LongRunningSeconds}", .. s_colours,
                .. filter is null ? (string[])[] : ["-method", $"*{filter}*"],
            ]);
            using var tests = Process.Start(start)!;
            await tests.WaitForExitAsync(cancel);
            var report = await File.ReadAllTextAsync(results, cancel);
            if (slowest && report.Length > 0) SlowestTests.Write(report, Console.Out);
            return Summarise(report, tests.ExitCode);
        }
        finally
        {
            File.Delete(results);
        }
    }

    private static int Summarise(string results, int exitCode)
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
        return exitCode == 0 && failed == 0 && passed > 0 ? 0 : 1;
    }

    /// <summary>Once more at the end, where a reader of a long log looks first.</summary>
    private static void NameFailed(JsonElement tests)
    {
        foreach (var test in tests.EnumerateArray().Where(test => test.GetProperty("status").GetString() != "passed"))
        {
            var message = test.TryGetProperty("message", out var said) ? said.GetString() : null;
            var firstLine = message?.Split('\n', 2)[0].Trim();
            Console.WriteLine($"FAILED {test.GetProperty("name").GetString()}: {firstLine}");
        }
    }
}
