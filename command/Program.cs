using FlashSale.Command.Audit;
using FlashSale.Command.Bench;
using FlashSale.Command.Chaos;
using FlashSale.Command.Conformance;
using FlashSale.Command.Load;
using FlashSale.Command.Plan;
using FlashSale.Command.Simulate;
using FlashSale.Command.Testing;
using FlashSale.Command.Up;
using FlashSale.Local;

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
        ("simulate", SimulateCommand.Help, SimulateCommand.RunAsync),
        ("conformance", ConformanceCommand.Help, ConformanceCommand.RunAsync),
        ("test", TestCommand.Help, TestCommand.RunAsync),
    ];

    public static async Task<int> Main(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        using var stop = new StopSignals();
        if (args is ["--help" or "-h" or "help", ..])
        {
            await WriteHelpAsync(Console.Out);
            return 0;
        }
        var verb = Array.Find(s_verbs, verb => verb.Verb == args.FirstOrDefault());
        if (verb.Run is null)
        {
            if (args.Length > 0) await Console.Error.WriteLineAsync($"flashsale: there is no command '{args[0]}'");
            await WriteHelpAsync(Console.Error);
            return 2;
        }
        if (args is [_, "--help" or "-h"])
        {
            Console.WriteLine($"./flashsale {verb.Verb} {verb.Help}");
            return 0;
        }
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

    private static async Task WriteHelpAsync(TextWriter to)
    {
        await to.WriteLineAsync("./flashsale COMMAND …");
        foreach (var (verb, help, _) in s_verbs) await to.WriteLineAsync($"  {verb} {help}");
    }
}
