using System.CommandLine;
using System.CommandLine.Help;

using FlashSale.Command.Audit;
using FlashSale.Command.Bench;
using FlashSale.Command.Chaos;
using FlashSale.Command.Conformance;
using FlashSale.Command.Load;
using FlashSale.Command.Plan;
using FlashSale.Command.Simulate;
using FlashSale.Command.Testing;
using FlashSale.Command.Up;
using FlashSale.Command.Verify;
using FlashSale.Local;

namespace FlashSale.Command;

/// <summary>Everything that <c>./flashsale</c> can do. Exit codes: 0 well, 1 failed, 2 called wrongly.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        using var stop = new StopSignals();
        return await RunAsync(args, Console.Out, Console.Error, stop.Token);
    }

    /// <param name="help">Where <c>--help</c> is written.</param>
    /// <param name="errors">Where the sentence is written that says why the exit code is not 0.</param>
    internal static async Task<int> RunAsync(string[] args, TextWriter help, TextWriter errors, CancellationToken cancel)
    {
        var call = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var verb = Usage.Name(call);
        if (verb.Length == 0 && args.Length == 0) return Root().Parse(["--help"]).Invoke(new() { Output = errors }) + 2;
        try
        {
            if (call.Action is not HelpAction && Usage.Mistake(call) is { } mistake) throw new UsageException(mistake);
            return await call.InvokeAsync(
                new() { Output = help, Error = errors, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                cancel);
        }
        catch (UsageException error)
        {
            await errors.WriteLineAsync($"flashsale{(verb.Length > 0 ? " " : "")}{verb}: {error.Message}");
            return 2;
        }
        catch (Exception error) when (error is CommandFailedException or HttpRequestException)
        {
            await errors.WriteLineAsync($"flashsale {verb}: {error.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return 130;
        }
        catch (OperationCanceledException error)
        {
            await errors.WriteLineAsync($"flashsale {verb}: no answer in time: {error.Message}");
            return 1;
        }
    }

    /// <summary>All verbs.</summary>
    internal static Verb Root() => new("./flashsale", "A line in front of a shop, and the ledger behind it.")
    {
        UpCommand.Create(),
        DownCommand.Create(),
        AuditCommand.Create(),
        VerifyCommand.Create(),
        BenchCommand.Create(),
        PlanCommand.Create(),
        LoadCommand.Create(),
        ChaosCommand.Create(),
        SimulateCommand.Create(),
        ConformanceCommand.Create(),
        TestCommand.Create(),
        new HelpOption(),
    };
}
