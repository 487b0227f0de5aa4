using FlashSale.Command.Audit;
using FlashSale.Command.Bench;
using FlashSale.Command.Chaos;
using FlashSale.Command.Conformance;
using FlashSale.Command.Load;
using FlashSale.Command.Plan;
using FlashSale.Command.Testing;
using FlashSale.Command.Up;

namespace FlashSale.Command;

/// <summary>Everything that <c>./flashsale</c> can do. Exit codes: 0 well, 1 failed, 2 called wrongly.</summary>
public static class Program
{
    private static readonly (string Verb, string Help, Func<string[], CancellationToken, Task<int>> Run)[] s_verbs =
    [
        ("up", UpOptions.Help, UpCommand.RunAsync),
        ("down", "[--data DIR]: end what runs there", DownCommand.RunAsync),
        ("audit", "SALE [--data DIR]: the invariants, computed now; exit 1 on a violation", AuditCommand.RunAsync),
        ("bench", BenchCommand.Help, BenchCommand.RunAsync),
        ("plan", PlanCommand.Help, PlanCommand.RunAsync),
        ("load", LoadCommand.Help, LoadCommand.RunAsync),
        ("chaos", ChaosCommand.Help, ChaosCommand.RunAsync),
        ("conformance", ConformanceCommand.Help, ConformanceCommand.RunAsync),
        ("test", "[FILTER]: the tests, or those whose full name contains FILTER", TestCommand.RunAsync),
    ];

    public static async Task<int> Main(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        using var stop = new StopSignals();
        var verb = Array.Find(s_verbs, verb => verb.Verb == args.FirstOrDefault());
        if (verb.Run is null) return Usage();
        try
        {
            return await verb.Run(args[1..], stop.Token);
        }
        catch (UsageException error)
        {
            await Console.Error.WriteLineAsync($"flashsale {verb.Verb}: {error.Message}");
            return 2;
        }
        catch (Exception error) when (error is CommandFailedException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync($"flashsale {verb.Verb}: {error.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return 130;
        }
    }

    private static int Usage()
    {
        Console.Error.WriteLine("./flashsale COMMAND …");
        foreach (var (verb, help, _) in s_verbs) Console.Error.WriteLine($"  {verb} {help}");
        return 2;
    }
}
