using System.Text.Json;

using FlashSale.LoadTest.Clients;

using Spectre.Console;

namespace FlashSale.Conformance;

/// <summary>Drives a storefront's protected URL through the redirect protocol and prints the table.</summary>
public static class ConformanceRun
{
    /// <summary>Shoppers of the parallel check, by default.</summary>
    public const int Crowd = 200;

    /// <summary>Prints the table; 0 when nothing failed, 1 otherwise.</summary>
    public static async Task<int> PrintAsync(
        IAnsiConsole console, Uri url, string sale, string? dataDirectory, int crowd, CancellationToken cancel)
    {
        var results = await RunAsync(url, sale, dataDirectory, crowd, cancel).ConfigureAwait(false);
        var table = new Table().Title($"{Markup.Escape(url.ToString())} and the redirect protocol")
            .AddColumns("check", "", "detail");
        foreach (var (name, outcome, detail) in results)
        {
            var colour = outcome switch { CheckOutcome.Pass => "green", CheckOutcome.Fail => "red", _ => "yellow" };
            table.AddRow(Markup.Escape(name), $"[{colour}]{outcome.ToString().ToLowerInvariant()}[/]", Markup.Escape(detail));
        }

        console.Write(table);
        var failed = results.Count(result => result.Outcome == CheckOutcome.Fail);
        console.WriteLine($"{results.Count(result => result.Outcome == CheckOutcome.Pass)} passed, {failed} failed, "
            + $"{results.Count(result => result.Outcome == CheckOutcome.Skipped)} not checked");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>Makes every check, one after the other.</summary>
    public static async Task<IReadOnlyList<CheckResult>> RunAsync(
        Uri url, string sale, string? dataDirectory, int crowd, CancellationToken cancel)
    {
        var installation = dataDirectory is null ? null : new Installation(dataDirectory);
        var shop = new TestedStorefront(url, sale, installation?.ApiKey);
        using var shopper = new Visitor();
        LineJourney line;
        AdmissionAnswer admitted;
        try
        {
            line = await shop.LineAsync(shopper, url, cancel).ConfigureAwait(false);
            admitted = await line.AdmitAsync(shopper, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (IsFinding(error, cancel))
        {
            return [new CheckResult("no token: to the line, and through it", CheckOutcome.Fail, error.Message)];
        }

        var protocol = new ProtocolChecks(shop, admitted, shopper, line);
        var operators = new OperatorChecks(shop, admitted, shopper, line, protocol, installation, crowd);
        var results = new List<CheckResult>();
        foreach (var (name, run) in protocol.All().Concat(operators.All()))
            results.Add(await CheckAsync(name, run, cancel).ConfigureAwait(false));
        await line.GiveBackAsync(shopper, admitted.Token, cancel).ConfigureAwait(false);
        return results;
    }

    private static async Task<CheckResult> CheckAsync(string name, Func<CancellationToken, Task> run, CancellationToken cancel)
    {
        try
        {
            await run(cancel).ConfigureAwait(false);
            return new CheckResult(name, CheckOutcome.Pass, "");
        }
        catch (NotCheckedException why)
        {
            return new CheckResult(name, CheckOutcome.Skipped, why.Message);
        }
        catch (Exception error) when (IsFinding(error, cancel))
        {
            return new CheckResult(name, CheckOutcome.Fail, error.Message);
        }
    }

    // Whatever a storefront does wrong is a row of the table, not the end of the run.
    private static bool IsFinding(Exception error, CancellationToken cancel) => !cancel.IsCancellationRequested
        && error is BrokenRuleException or HttpRequestException or JsonException or KeyNotFoundException or UriFormatException
            or OperationCanceledException or InvalidOperationException;
}
